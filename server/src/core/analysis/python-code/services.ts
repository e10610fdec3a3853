import type { Compose, Service } from '../../compose/model';
import type { Dockerfile } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import { lineage, stageNamed } from '../../dockerfile/stage-graph';
import type { WorkspaceFacts } from '../../project/workspace';
import { composeFiles, dockerfileAt } from '../../project/workspace-files';
import type { Script } from '../../shell/command';
import { joinPath } from '../../text/path';
import { type Reach, reachableCode } from './reach';
import { textsOf, type Usage, wordsIn } from './usage';

/** A Compose service with the Dockerfile that it builds. */
export interface BuiltService {
  readonly name: string;
  readonly compose: Compose;
  readonly service: Service;
  readonly dockerfile: Dockerfile;
  /** The folder of its build context. */
  readonly context: string;
  readonly target: string | undefined;
}

/** The services of all Compose files that build a Dockerfile of the facts, each name once for a Dockerfile. */
export function builtServices(workspace: WorkspaceFacts): BuiltService[] {
  const all = composeFiles(workspace).flatMap(compose => servicesBuilding(compose, workspace));
  return all.filter(
    (it, index) =>
      all.findIndex(other => other.name === it.name && other.dockerfile === it.dockerfile) === index,
  );
}

/** The services of one Compose file that build a Dockerfile of the facts. */
export function servicesBuilding(compose: Compose, workspace: WorkspaceFacts): BuiltService[] {
  return compose.services.flatMap(service => builtService(compose, service, workspace) ?? []);
}

function builtService(
  compose: Compose,
  service: Service,
  workspace: WorkspaceFacts,
): BuiltService | undefined {
  const { build } = service;
  if (!build || build.inline || /\$|:\/\//.test(build.context + (build.dockerfile ?? ''))) return undefined;
  const folder = compose.path.split('/').slice(0, -1).join('/');
  const context = joinPath(folder, build.context);
  const dockerfile = dockerfileAt(workspace, joinPath(context, build.dockerfile ?? 'Dockerfile'));
  return (
    dockerfile && { name: service.name.text, compose, service, dockerfile, context, target: build.target }
  );
}

/** What a service runs, and the words around it. */
export interface ServiceCode {
  readonly reach: Reach;
  readonly usage: Usage;
}

/** The code that a service reaches from the command that it starts with. */
export function codeOfService(built: BuiltService, workspace: WorkspaceFacts): ServiceCode {
  const { service, compose, dockerfile, context } = built;
  const commands = [...startScripts(built), service.entrypoint?.script, service.command?.script];
  const start = commands.flatMap(script => (script ? wordsOfScript(script) : []));
  const said = compose.text.slice(service.entry.span.start, service.entry.span.end);
  const scripts = start.filter(word => word.endsWith('.sh')).flatMap(word => textsNamed(word, workspace));
  const around = [...textsOf(dockerfile, ['CMD', 'ENTRYPOINT']), said, ...scripts];
  const named = around.flatMap(text => text.match(/[\w./:-]+/g) ?? []);
  const reach = reachableCode(
    workspace.code ?? new Map(),
    context,
    [...start, ...scripts.flatMap(plainWords)],
    named,
  );
  return {
    reach,
    usage: { code: [...reach.code.values()], words: new Set([...start, ...around].flatMap(wordsIn)) },
  };
}

/** CMD and ENTRYPOINT of the image, unless the service says what runs. */
function startScripts({ dockerfile, target, service }: BuiltService): Script[] {
  const stage = target === undefined ? dockerfile.stages.at(-1) : stageNamed(dockerfile, target);
  if (!stage) return [];
  const line = lineage(dockerfile, stage);
  const last = (kind: 'CMD' | 'ENTRYPOINT') =>
    line.flatMap(it => ofKind(it.instructions, kind).slice(-1)).slice(0, 1);
  const cmd = service.command || service.entrypoint ? [] : last('CMD');
  const entrypoint = service.entrypoint ? [] : last('ENTRYPOINT');
  return [...entrypoint, ...cmd].map(it => it.script);
}

function wordsOfScript(script: Script): string[] {
  return script.commands.flatMap(command => command.words.flatMap(word => plainWords(word.text)));
}

function plainWords(text: string): string[] {
  return text.match(/[\w./:-]+/g) ?? [];
}

function textsNamed(path: string, { texts }: WorkspaceFacts): string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return [...texts].filter(([it]) => it === name || it.endsWith(`/${name}`)).map(([, text]) => text);
}
