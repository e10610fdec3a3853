import { installedPython } from '../../analysis/installs/installed-python';
import { startedService } from '../../analysis/services/started-service';
import { scalarAt } from '../../compose/query';
import { containerStart } from '../../dockerfile/container-start';
import { setVariables } from '../../dockerfile/env-edit';
import { exposedPorts } from '../../dockerfile/exposed-ports';
import type { Dockerfile, Instruction, Stage } from '../../dockerfile/model';
import { stagesThatRun } from '../../dockerfile/query';
import { finalState } from '../../dockerfile/stage-state';
import { isNumeric, isTokenizing, threadVariables } from '../../knowledge/thread-variables';
import { allOf, environmentNames, servicesOf } from '../../project/image-services';
import type { WorkspaceFacts } from '../../project/workspace';
import { dockerfileRule } from '../../rule';
import type { Command } from '../../shell/command';
import { listed } from '../../text/sentence';
import { join } from '../../text/span';

export const mlThreadsUnbounded = dockerfileRule({
  meta: {
    id: 'ml-threads-unbounded',
    category: 'operations',
    severity: 'hint',
    since: '0.1.0',
    fix: 'unsafe',
    summary: 'A server with numpy, torch or transformers starts as many threads as the machine has CPUs',
  },
  *check(file, { workspace }) {
    const seen = new Set<Instruction>();
    for (const stage of stagesThatRun(file, workspace.targets)) {
      const { commands } = containerStart(file, stage);
      if (seen.has(stage.from) || !isPythonServer(file, stage, commands)) continue;
      const bounds = threadBounds(installedPython(file, stage, workspace));
      if (!bounds || isDecided(file, stage, commands, workspace)) continue;
      const { workers, cpus } = shareOf(file, stage, commands, workspace);
      seen.add(stage.from);
      const threads = String(Math.max(1, Math.floor((cpus ?? 1) / workers)));
      const missing = Object.fromEntries(
        Object.entries(bounds.variables)
          .filter(([name]) => !finalState(file, stage).env.has(name))
          .map(([name, value]) => [name, name.endsWith('_NUM_THREADS') ? threads : value]),
      );
      const cost =
        threads === '1'
          ? 'one request then computes on one CPU'
          : `a process then computes on ${threads} CPUs`;
      yield {
        at: join(stage.from.keyword.span, stage.from.argsSpan),
        message: `${bounds.because} starts one thread per CPU of the machine in each server process, even under a CPU limit`,
        // A single process without a limit may have the machine to itself, and would lose all CPUs but one.
        ...((workers > 1 || cpus !== undefined) && {
          fixes: () => [
            {
              title: `Set ${listed(Object.keys(missing))}: ${cost}`,
              safety: 'unsafe' as const,
              edits: [setVariables(file, stage, missing, /_NUM_THREADS$|^PYTHON/)],
            },
          ],
        }),
      };
    }
  },
});

/** What bounds the threads of these packages, and the first package that starts them; undefined where none does. */
function threadBounds(
  packages: ReadonlySet<string>,
): { readonly because: string; readonly variables: Readonly<Record<string, string>> } | undefined {
  const tokenizing = [...packages].find(isTokenizing);
  const because = [...packages].find(isNumeric) ?? tokenizing;
  if (because === undefined) return undefined;
  const bounds = { OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  return {
    because,
    variables: tokenizing === undefined ? bounds : { ...bounds, TOKENIZERS_PARALLELISM: 'false' },
  };
}

interface Share {
  /** Processes that answer requests; 2 where a variable says how many. */
  readonly workers: number;
  /** The CPUs that the container may use; undefined where nothing limits them. */
  readonly cpus: number | undefined;
}

const WORKERS = ['-w', '--workers', '--processes'];

function shareOf(
  file: Dockerfile,
  stage: Stage,
  commands: readonly Command[],
  workspace: WorkspaceFacts,
): Share {
  const words = commands.flatMap(command => command.words.map(word => word.text));
  const given = words.flatMap((word, index) => {
    const [, glued] = /^(?:--workers=|--processes=|-w=?)(\S+)$/.exec(word) ?? [];
    return glued ?? (WORKERS.includes(word) ? (words[index + 1] ?? []) : []);
  });
  const said = [...given, ...(finalState(file, stage).env.get('WEB_CONCURRENCY') ?? '').split(' ')];
  const counts = said.filter(it => it !== '').map(it => (/^\d+$/.test(it) ? Number(it) : SEVERAL));
  const services = servicesOf(file, stage, workspace).flatMap(it => allOf(it, workspace));
  const cpus = services.flatMap(({ node }) => {
    const limit = CPU_LIMITS.map(path => scalarAt(node, ...path)?.text).find(it => it !== undefined);
    return limit === undefined ? [] : [Number.parseFloat(limit) || 1];
  });
  return { workers: Math.max(1, ...counts), cpus: cpus.length > 0 ? Math.min(...cpus) : undefined };
}

const SEVERAL = 2;
const CPU_LIMITS = [['cpus'], ['deploy', 'resources', 'limits', 'cpus']] as const;

/** A known server, or a Python program that takes connections on a port. */
function isPythonServer(file: Dockerfile, stage: Stage, commands: readonly Command[]): boolean {
  const program = startedService(commands)?.program;
  if (program?.runtime !== 'python') return false;
  return program.kind === 'server' || (program.kind === 'runtime' && exposedPorts(file, stage).length > 0);
}

function isDecided(
  file: Dockerfile,
  stage: Stage,
  commands: readonly Command[],
  workspace: WorkspaceFacts,
): boolean {
  const { env } = finalState(file, stage);
  const assigned = commands.flatMap(({ assignments, words }) => [
    ...assignments.map(it => it.name),
    ...words.map(word => word.text.split('=')[0] ?? ''),
  ]);
  const services = servicesOf(file, stage, workspace);
  const inCompose = services.flatMap(it => allOf(it, workspace).flatMap(environmentNames));
  return threadVariables().some(name => env.has(name) || assigned.includes(name) || inCompose.includes(name));
}
