import { interpolate } from '../../compose/interpolation';
import type { Node } from '../../compose/model';
import { containerPorts } from '../../compose/ports';
import { splitWords } from '../../compose/words';
import { decline, isDeclined, type Outcome } from '../../decline';
import { containerStart } from '../../dockerfile/container-start';
import { insertAbove, insertBelow, instructionText } from '../../dockerfile/edit';
import type { Cmd, Dockerfile, Healthcheck, Instruction, Stage, Words } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import { lineage, rootBase } from '../../dockerfile/stage-graph';
import { finalState } from '../../dockerfile/stage-state';
import { baseImage } from '../../knowledge/base-images';
import type { Command } from '../../shell/command';
import type { ExplainedEdit } from '../../text/explained-edits';
import { linesOf } from '../../text/lines';
import { contains, type Span, span } from '../../text/span';
import { endpointOf, endpointsIn } from '../health-checks/probe';
import { checkFor } from '../health-checks/service-check';
import type { BuiltService } from '../python-code/services';
import { type StartedService, startedService } from '../services/started-service';
import type { Role } from './image-roles';
import { stageOf } from './roles';

/** Makes the image of a role start, expose and check what the role's leading service runs. */
export function startEdits(
  file: Dockerfile,
  role: Role,
  others: readonly Role[],
): Outcome<readonly ExplainedEdit[]> {
  const stage = stageOf(role.lead);
  if (!stage) return decline('no-stage-of-role', { role: role.name });
  const commands = commandEdits(file, stage, role);
  if (isDeclined(commands)) return commands;
  const ports = {
    own: portsOf(role),
    foreign: new Set(others.flatMap(it => [...portsOf(it)])),
  };
  const lead = startedBy(role.lead);
  return [...commands, ...exposeEdits(file, stage, ports, lead), ...checkEdits(file, stage, ports, lead)];
}

/** CMD and ENTRYPOINT as the leading service has them. */
function commandEdits(file: Dockerfile, stage: Stage, role: Role): Outcome<readonly ExplainedEdit[]> {
  const { service, name } = role.lead;
  if (!service.command && !service.entrypoint) return [];
  const at = (service.command ?? service.entrypoint)?.entry.span;
  const entrypoint = wordsOf(service.entrypoint?.entry.value);
  const command = wordsOf(service.command?.entry.value);
  if (!entrypoint || !command) return decline('command-of-compose', { service: name }, at);
  const folder = service.workingDir?.text;
  if (folder !== undefined && folder !== finalState(file, stage).workdir)
    return decline('other-working-dir', { service: name }, service.workingDir?.span);
  const start = containerStart(file, stage);
  const writer = { file, stage, because: `it starts what ${name} runs` };
  const commented = [start.entrypoint, start.cmd].find(it => it && hasComment(file, it));
  if (commented)
    return decline(
      'comment-in-instruction',
      { instruction: commented.kind, path: file.path },
      commented.span,
    );
  const own = service.entrypoint ? setStart(writer, 'ENTRYPOINT', start.entrypoint, entrypoint) : [];
  return [...own, ...setStart(writer, 'CMD', start.cmd, command)].sort((a, b) => a.span.start - b.span.start);
}

/** The words that Compose passes; none where nothing is said, undefined where a variable decides them. */
function wordsOf(node: Node | undefined): readonly string[] | undefined {
  if (!node) return [];
  if (node.kind === 'mapping') return undefined;
  if (node.kind === 'list') {
    const words = node.items.map(it => (it.kind === 'scalar' ? interpolate(it.text) : undefined));
    return words.some(it => it === undefined) ? undefined : words.flatMap(it => it ?? []);
  }
  const text = interpolate(node.text);
  return text === undefined
    ? undefined
    : splitWords({ text, origins: { from: 0 } }).map(word => word.excerpt.text);
}

interface StartWriter {
  readonly file: Dockerfile;
  readonly stage: Stage;
  readonly because: string;
}

function setStart(
  { file, stage, because }: StartWriter,
  kind: 'CMD' | 'ENTRYPOINT',
  present: Cmd | undefined,
  words: readonly string[],
): ExplainedEdit[] {
  if (words.length === 0) return present ? [{ ...removal(file, present), because }] : [];
  const written = `[${words.map(it => JSON.stringify(it)).join(', ')}]`;
  if (present) return [{ span: present.argsSpan, newText: written, because }];
  const line = [instructionText(file, kind, written)];
  const cmd = kind === 'ENTRYPOINT' ? ofKind(stage.instructions, 'CMD').at(-1) : undefined;
  const last = stage.instructions.at(-1) ?? stage.from;
  return [{ ...(cmd ? insertAbove(file, cmd, line) : insertBelow(file, last, line)), because }];
}

/** The ports that a role listens on, as far as commands and the Compose file tell. */
function portsOf({ services }: Role): ReadonlySet<string> {
  return new Set(
    services.flatMap(built => [
      ...containerPorts(built.service).map(String),
      ...listeningPort(startedBy(built)),
    ]),
  );
}

function listeningPort(started: StartedService | undefined): string[] {
  if (started?.program.kind !== 'server') return [];
  const port = started.port ?? (started.listensElsewhere ? undefined : started.program.port);
  return /^\d+$/.test(String(port)) ? [String(port)] : [];
}

function startedBy(built: BuiltService): StartedService | undefined {
  return startedService(commandsOf(built));
}

function commandsOf(built: BuiltService): readonly Command[] {
  const { service, dockerfile } = built;
  const stage = stageOf(built);
  const own = [...(service.entrypoint?.script.commands ?? []), ...(service.command?.script.commands ?? [])];
  return own.length > 0 || !stage ? own : containerStart(dockerfile, stage).commands;
}

/** Programs of which it is known that they load no server but themselves. */
const KNOWN = /^(uvicorn|hypercorn|granian|daphne|streamlit|celery)$/;

/** Whether a service starts a server by its name, so that no other one may be at work in it. */
export function startsKnownServer(built: BuiltService): boolean {
  const commands = commandsOf(built);
  return commands.length > 0 && commands.every(it => KNOWN.test(startedService([it])?.name ?? ''));
}

interface Ports {
  readonly own: ReadonlySet<string>;
  readonly foreign: ReadonlySet<string>;
}

/** Leaves out the ports of other roles, and names the role's own where it was not named. */
function exposeEdits(
  file: Dockerfile,
  stage: Stage,
  { own, foreign }: Ports,
  lead: StartedService | undefined,
): ExplainedEdit[] {
  const exposing = lineage(file, stage).flatMap(it => ofKind(it.instructions, 'EXPOSE'));
  const isForeign = (text: string) => {
    const port = text.replace(/\/tcp$/i, '');
    return foreign.has(port) && !own.has(port);
  };
  const all = exposing.flatMap(it => it.words.map(word => word.text));
  const missing = listeningPort(lead).filter(port => !all.some(it => it.replace(/\/tcp$/i, '') === port));
  let added = missing;
  return exposing.flatMap((expose: Words) => {
    const kept = expose.words.map(it => it.text).filter(it => !isForeign(it));
    if (kept.length === expose.words.length || hasComment(file, expose)) return [];
    const ports = [...kept, ...added];
    added = [];
    const because = `it exposes ${ports.length > 0 ? ports.join(' and ') : 'no port, because nothing listens'}`;
    return ports.length > 0
      ? [{ span: expose.argsSpan, newText: ports.join(' '), because }]
      : [{ ...removal(file, expose), because }];
  });
}

/** A check of another role's port becomes one of the role's own, or goes where nothing can be asked. */
function checkEdits(
  file: Dockerfile,
  stage: Stage,
  { own, foreign }: Ports,
  lead: StartedService | undefined,
): ExplainedEdit[] {
  const check = finalState(file, stage).healthcheck;
  if (!check || check.none || hasComment(file, check)) return [];
  const asked = askedPorts(check);
  if (asked.length === 0 || asked.some(port => own.has(port) || !foreign.has(port))) return [];
  const root = rootBase(file, stage);
  const base = root.kind === 'image' ? baseImage(root.ref) : undefined;
  const probe = lead && checkFor(lead, base, new Set());
  const because = `its health check no longer requests port ${asked.join(' and ')}, where nothing listens`;
  if (!probe) return [{ ...removal(file, check), because }];
  const [form, ...words] = probe.test;
  const script = words.map(it => it.replaceAll('$$', '$'));
  const written =
    form === 'CMD-SHELL' ? script.join(' ') : `[${script.map(it => JSON.stringify(it)).join(', ')}]`;
  const keyword = /^\S+/.exec(check.args.text.trimStart())?.[0] ?? 'CMD';
  return [{ span: check.argsSpan, newText: `${keyword} ${written}`, because }];
}

function askedPorts({ script, args }: Healthcheck): string[] {
  const asked = script.commands.flatMap(it => endpointOf(it) ?? []);
  const sockets = [...args.text.matchAll(/create_connection\(\s*\(\s*['"][^'"]*['"]\s*,\s*(\d+)/g)];
  const ports = [...asked, ...endpointsIn(args.text)].map(it => it.port);
  return [...new Set([...ports, ...sockets.map(it => it[1] ?? '')])];
}

function hasComment(file: Dockerfile, instruction: Instruction): boolean {
  return file.comments.some(comment => contains(instruction.span, comment.span));
}

/** Its lines, with one of the blank lines where it stands between two. */
function removal(file: Dockerfile, instruction: Instruction): { span: Span; newText: string } {
  const lines = linesOf(file.text);
  const whole = lines.wholeLines(instruction.span);
  const first = lines.lineOf(whole.start);
  const next = lines.lineOf(whole.end);
  const isBlank = (line: number) => line >= 0 && line < lines.count && lines.textOf(line).trim() === '';
  const at = isBlank(first - 1) && isBlank(next) ? span(whole.start, lines.endOf(next)) : whole;
  return { span: at, newText: '' };
}
