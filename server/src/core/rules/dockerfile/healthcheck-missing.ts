import { checkLines, ownProbe, startPageProbe } from '../../analysis/health-checks/own-probe';
import type { Probe } from '../../analysis/health-checks/probe';
import { slowStart } from '../../analysis/health-checks/slow-start';
import { installedPython } from '../../analysis/installs/installed-python';
import { isDevelopmentService, isOneShot } from '../../analysis/services/service-kind';
import { startedService } from '../../analysis/services/started-service';
import { entryAt } from '../../compose/query';
import { containerStart } from '../../dockerfile/container-start';
import { insertAbove, insertBelow } from '../../dockerfile/edit';
import { exposedPorts } from '../../dockerfile/exposed-ports';
import { isOfficial } from '../../dockerfile/image-ref';
import type { Dockerfile, Instruction, Stage } from '../../dockerfile/model';
import { ofKind, stagesThatRun } from '../../dockerfile/query';
import { lineage, possibleBases, rootBase } from '../../dockerfile/stage-graph';
import { finalState } from '../../dockerfile/stage-state';
import type { Fix } from '../../finding';
import { type BaseImage, baseImage } from '../../knowledge/base-images';
import { type ServiceProgram, servicePrograms } from '../../knowledge/service-programs';
import { allOf, type ImageService, servicesOf } from '../../project/image-services';
import type { WorkspaceFacts } from '../../project/workspace';
import { dockerfileRule } from '../../rule';
import type { Edit } from '../../text/edit';
import { join } from '../../text/span';

export const healthcheckMissing = dockerfileRule({
  meta: {
    id: 'healthcheck-missing',
    category: 'operations',
    severity: 'info',
    since: '0.1.0',
    aliases: ['DL3057'],
    fix: 'unsafe',
    summary: 'An image that serves on a port has no health check',
  },
  *check(file, { workspace }) {
    if (/(^|\/)\.devcontainer\//.test(file.path)) return;
    for (const stage of stagesThatRun(file, workspace.targets)) {
      const served = serves(file, stage);
      if (!served || finalState(file, stage).healthcheck) continue;
      if (possibleBases(stage, file).some(it => finalState(file, it).healthcheck)) continue;
      const services = servicesOf(file, stage, workspace).filter(isLasting);
      if (services.length > 0 && checkedElsewhere(services, workspace)) continue;
      const fixes = checkFixes(file, stage, served, workspace);
      const isHint = services.length === 0 || fixes.length === 0;
      yield {
        at: join(stage.from.keyword.span, stage.from.argsSpan),
        message: `this image ${servesWhere(served)} and has no HEALTHCHECK: a server that hangs still counts as running`,
        ...(isHint ? { atMost: 'hint' as const } : {}),
        fixes: () => fixes,
      };
    }
  },
});

/** An unknown program may serve on the port, or leave it to another command. */
function servesWhere({ program, port }: Served): string {
  const isNumber = /^\d+$/.test(port ?? '');
  if (program) return isNumber ? `serves on port ${port}` : 'serves';
  return isNumber ? `exposes port ${port}` : 'exposes ports';
}

function isLasting({ compose, service }: ImageService): boolean {
  return !isOneShot(compose, service) && !isDevelopmentService(service);
}

/** True where Compose sees to it, or would have to: each command needs a check of its own. */
function checkedElsewhere(services: readonly ImageService[], workspace: WorkspaceFacts): boolean {
  const parts = services.map(service => allOf(service, workspace));
  if (parts.every(it => it.some(({ node }) => entryAt(node, 'healthcheck') !== undefined))) return true;
  return parts.some(it => it.some(({ command, entrypoint }) => command ?? entrypoint));
}

interface Served {
  readonly base: BaseImage | undefined;
  readonly program: ServiceProgram | undefined;
  readonly name: string;
  /** Undefined if it is not known which one. */
  readonly port: string | undefined;
}

/** What a container of the image serves; undefined where it may well serve nothing. */
function serves(file: Dockerfile, stage: Stage): Served | undefined {
  const root = rootBase(file, stage);
  if (root.kind === 'scratch') return undefined;
  const base = root.kind === 'image' ? baseImage(root.ref) : undefined;
  if (base && base.has.length === 0 && base.user !== 'drops-root') return undefined;
  const { commands } = containerStart(file, stage);
  const started = startedService(commands);
  const ofBase = servicePrograms().find(
    ({ names, kind }) =>
      kind === 'server' && root.kind === 'image' && names.some(name => isOfficial(root.ref, name)),
  );
  const program = started?.program ?? (commands.length === 0 ? ofBase : undefined);
  const exposed = exposedPorts(file, stage).filter(({ protocol }) => protocol === 'tcp');
  if (program?.kind === 'worker') return undefined;
  if (program?.kind !== 'server' && exposed.length === 0) return undefined;
  const name = started?.name ?? program?.names[0] ?? '';
  const open = [...new Set(exposed.map(({ port }) => port))];
  const only = open.length === 1 ? open[0] : undefined;
  const known = String(program?.port ?? '');
  const usual = known !== '' && (open.length === 0 || open.includes(known)) ? known : undefined;
  const port = started?.port ?? only ?? (started?.listensElsewhere ? undefined : usual);
  return { base, program, name, port };
}

function checkFixes(file: Dockerfile, stage: Stage, served: Served, workspace: WorkspaceFacts): Fix[] {
  const { base, program, name, port } = served;
  const probe =
    base && port !== undefined ? probeOf(file, stage, { ...served, base, port }, workspace) : undefined;
  if (!probe) return [];
  const packages = installedPython(file, stage, workspace);
  const start = program ? slowStart(program.runtime, name, packages) : undefined;
  const lines = checkLines(file, probe, start?.seconds ?? 0);
  return [
    {
      title: `Add a HEALTHCHECK: ${probe.title.charAt(0).toLowerCase()}${probe.title.slice(1)}`,
      safety: 'unsafe',
      edits: [insertBehindSteps(file, stage, lines)],
    },
  ];
}

/**
 * A web server as its image comes serves files on its own port. With settings of somebody's own, anything may answer
 * there: a redirect, a certificate, a password that is asked for; then only the port is.
 */
function probeOf(
  file: Dockerfile,
  stage: Stage,
  { base, program, port }: Served & { readonly base: BaseImage; readonly port: string },
  workspace: WorkspaceFacts,
): Probe | undefined {
  const isWebServer = program?.runtime === 'native' && program.scheme === 'http';
  if (!isWebServer || isConfigured(file, stage, workspace)) return ownProbe(base, program, port);
  return port === String(program.port) ? startPageProbe(base, program, port) : undefined;
}

const SETTINGS = /nginx|httpd|apache|caddy|haproxy|traefik|\.conf\b|\.template$/i;
const SERVED_FILES =
  /^(\/usr\/share\/(nginx\/html|caddy)|\/usr\/local\/apache2\/htdocs|\/var\/www|\/srv)(\/|$)/;

/** True where something may have changed the settings of its web server. */
function isConfigured(file: Dockerfile, stage: Stage, workspace: WorkspaceFacts): boolean {
  const isSetting = (path: string) => SETTINGS.test(path) && !SERVED_FILES.test(path);
  const instructions = lineage(file, stage).flatMap(it => it.instructions);
  const copied = ofKind(instructions, 'COPY', 'ADD').some(({ sources, destination }) => {
    const to = destination?.text ?? '';
    return (
      !SERVED_FILES.test(to) &&
      (/^\/(etc\/?)?$/.test(to) || isSetting(to) || sources.some(it => isSetting(it.text)))
    );
  });
  const written = ofKind(instructions, 'RUN').some(({ script }) => {
    if (script.broken) return true;
    return script.commands.some(({ words, redirects }) =>
      [...words.slice(1), ...redirects.flatMap(it => it.target ?? [])].some(it => isSetting(it.text)),
    );
  });
  const mounted = servicesOf(file, stage, workspace).some(service =>
    allOf(service, workspace).some(it => it.volumes.some(({ target }) => isSetting(target))),
  );
  return copied || written || mounted;
}

const LAST_LINES: readonly Instruction['kind'][] = ['CMD', 'ENTRYPOINT'];

/** Above the CMD or ENTRYPOINT that ends the stage, else at its end. */
function insertBehindSteps(file: Dockerfile, stage: Stage, lines: readonly string[]): Edit {
  const last = stage.instructions.findLastIndex(it => !LAST_LINES.includes(it.kind));
  const start = ofKind(stage.instructions.slice(last), 'CMD', 'ENTRYPOINT')[0];
  return start
    ? insertAbove(file, start, lines)
    : insertBelow(file, stage.instructions.at(-1) ?? stage.from, lines);
}
