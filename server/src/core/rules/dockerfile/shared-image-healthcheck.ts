import {
  checkFor,
  checkOfImage,
  checkValue,
  type ServiceCheck,
} from '../../analysis/health-checks/service-check';
import { slowStart } from '../../analysis/health-checks/slow-start';
import { installedPython } from '../../analysis/installs/installed-python';
import { isDevelopmentService, isOneShot } from '../../analysis/services/service-kind';
import { type StartedService, startedService } from '../../analysis/services/started-service';
import { setAt } from '../../compose/edit';
import type { Service } from '../../compose/model';
import { entryAt } from '../../compose/query';
import { containerStart } from '../../dockerfile/container-start';
import type { Dockerfile, Healthcheck, Stage } from '../../dockerfile/model';
import { stagesThatRun } from '../../dockerfile/query';
import { rootBase } from '../../dockerfile/stage-graph';
import { finalState } from '../../dockerfile/stage-state';
import type { FileEdits, Fix } from '../../finding';
import { baseImage } from '../../knowledge/base-images';
import { allOf, type ImageService, servicesOf } from '../../project/image-services';
import type { WorkspaceFacts } from '../../project/workspace';
import { dockerfileRule } from '../../rule';
import { areDisjoint, remove } from '../../text/edit';
import { groupBy } from '../../text/group';
import { linesOf } from '../../text/lines';
import { listed } from '../../text/sentence';
import { contains, type Span, span } from '../../text/span';

export const sharedImageHealthcheck = dockerfileRule({
  meta: {
    id: 'shared-image-healthcheck',
    category: 'operations',
    severity: 'warning',
    since: '0.1.0',
    fix: 'unsafe',
    summary: 'A health check in an image that several services run with different commands',
  },
  *check(file, { workspace }) {
    const seen = new Set<Healthcheck>();
    for (const stage of stagesThatRun(file, workspace.targets)) {
      const check = finalState(file, stage).healthcheck;
      if (!check || check.none || seen.has(check)) continue;
      const roles = rolesOf(file, stage, workspace);
      const misfits = roles.filter(it => it.kind === 'other' && !it.hasCheck);
      if (roles.length < 2 || misfits.length === 0) continue;
      seen.add(check);
      const names = misfits.map(({ at }) => at.service.name.text);
      const run = names.length === 1 ? 'runs another command and does' : 'run other commands and do';
      yield {
        at: check.keyword.span,
        message: `this check fails in ${listed(names)}, which ${run} not answer it`,
        fixes: () =>
          check.stage === stage.index ? moveToServices(file, stage, check, roles, workspace) : [],
      };
    }
  },
});

/** What a service does with the image. */
interface Role {
  readonly at: ImageService;
  /** The image's own command, the same server on the same port, or something else. */
  readonly kind: 'own' | 'other';
  readonly hasCheck: boolean;
  /** What its command starts. */
  readonly started: StartedService | undefined;
}

function rolesOf(file: Dockerfile, stage: Stage, workspace: WorkspaceFacts): Role[] {
  const own = startedService(containerStart(file, stage).commands);
  const services = servicesOf(file, stage, workspace).filter(
    ({ compose, service }) => !isOneShot(compose, service) && !isDevelopmentService(service),
  );
  const first = [...groupBy(services, ({ service }) => service.name.text).values()].flatMap(
    ([it]) => it ?? [],
  );
  return first.flatMap((at): Role[] => {
    const parts = allOf(at, workspace);
    const hasCheck = parts.some(({ node }) => entryAt(node, 'healthcheck') !== undefined);
    const command = parts.find(part => part.command ?? part.entrypoint);
    if (!command) return [{ at, kind: 'own', hasCheck, started: own }];
    const started = startedService(commandsOf(command));
    if (!started) return [];
    return [{ at, kind: isSame(started, own) ? 'own' : 'other', hasCheck, started }];
  });
}

function commandsOf({ command, entrypoint }: Service) {
  return [...(entrypoint?.script.commands ?? []), ...(command?.script.commands ?? [])];
}

function isSame(one: StartedService, other: StartedService | undefined): boolean {
  if (!other || one.name !== other.name || one.program !== other.program) return false;
  const port = (it: StartedService) => it.port ?? String(it.program.port ?? '');
  return one.program.kind === 'server' && port(one) === port(other);
}

function moveToServices(
  file: Dockerfile,
  stage: Stage,
  check: Healthcheck,
  roles: readonly Role[],
  workspace: WorkspaceFacts,
): Fix[] {
  const whole = wholeLines(file, check);
  // A comment between its lines would have nowhere to go.
  if (file.comments.some(comment => contains(whole, comment.span))) return [];
  const elsewhere = composeEdits(file, stage, check, roles, workspace);
  if (!elsewhere) return [];
  const title = 'Move the check to the services, and give each other one its own';
  return [{ title, safety: 'unsafe', edits: [remove(whole)], elsewhere }];
}

/** Its lines, with one of the blank lines where it stands between two. */
function wholeLines(file: Dockerfile, check: Healthcheck): Span {
  const lines = linesOf(file.text);
  const whole = lines.wholeLines(check.span);
  const first = lines.lineOf(whole.start);
  const next = lines.lineOf(whole.end);
  const isBlank = (line: number) => line >= 0 && line < lines.count && lines.textOf(line).trim() === '';
  return isBlank(first - 1) && isBlank(next) ? span(whole.start, lines.endOf(next)) : whole;
}

function composeEdits(
  file: Dockerfile,
  stage: Stage,
  check: Healthcheck,
  roles: readonly Role[],
  workspace: WorkspaceFacts,
): FileEdits[] | undefined {
  const root = rootBase(file, stage);
  const base = root.kind === 'image' ? baseImage(root.ref) : undefined;
  const packages = installedPython(file, stage, workspace);
  const edits: FileEdits[] = [];
  for (const { at, kind, hasCheck, started } of roles) {
    if (hasCheck) continue;
    let own: ServiceCheck | undefined;
    if (kind === 'own') {
      const start = started && slowStart(started.program.runtime, started.name, packages);
      own = checkOfImage(check, base, start?.seconds ?? 0);
      if (!own) return undefined;
    } else own = started && checkFor(started, base, packages);
    if (!own) continue;
    const written = setAt(at.compose, at.service.node, ['healthcheck'], checkValue(own));
    if (!written) return undefined;
    edits.push({ path: at.compose.path, edits: written });
  }
  const merged = [...groupBy(edits, it => it.path)].map(([path, all]) => ({
    path,
    edits: all.flatMap(it => it.edits),
  }));
  return merged.every(it => areDisjoint(it.edits)) ? merged : undefined;
}
