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
    fixRisk: `One thread is right for a service that answers several requests at once. A single request with much to compute
takes longer with one thread than with all of the machine's: where the container has whole CPUs to itself and one worker,
set their number instead.`,
    summary: 'A server with numpy, torch or transformers starts as many threads as the machine has CPUs',
    why: `OpenMP, OpenBLAS and MKL, which do the arithmetic of numpy, scikit-learn, faiss and torch, start one thread for
each CPU that they see, and they see the machine's, not the share that the container may use: under \`--cpus=0.5\` on a
machine of 32, each process starts 32 threads, which then wait for one another half a CPU long. Every worker process of a
server does so on its own. It costs time (threads that are put to sleep in the middle of a product), and memory for each
thread's buffers. Hugging Face's tokenizers have threads besides, and warn or hang when a server forks after using them.

A server already does several things at once, through its workers and its requests. With \`OMP_NUM_THREADS=1\`,
\`MKL_NUM_THREADS=1\` and \`TOKENIZERS_PARALLELISM=false\` each of them computes in its own thread.

Reported are images that start a server with several workers, or whose Compose service limits its CPUs, and that
install such a package, by the install's own words or by a requirements file. One process without a limit is left alone:
with one thread, a request that computes for long would have one CPU of all that are idle. Any of these variables counts
as a decision, wherever it is set. Jobs, notebooks and training are exempt: those want all CPUs. This is a hint, for only a measurement tells what is best.`,
    sources: [
      'https://numpy.org/doc/stable/reference/global_state.html#number-of-threads-used-for-linear-algebra',
      'https://scikit-learn.org/stable/computing/parallelism.html#oversubscription-spawning-too-many-threads',
      'https://docs.pytorch.org/docs/stable/notes/cpu_threading_torchscript_inference.html',
    ],
  },
  examples: [
    {
      title: 'An API with a vector index and embeddings',
      before:
        '«FROM python:3.11-slim»\nENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\nCMD ["uvicorn", "api.main:app", "--workers", "4"]\n',
      files: { 'requirements.txt': 'fastapi\nuvicorn\nfaiss-cpu==1.11.0\nsentence-transformers==3.4.1\n' },
      after:
        'FROM python:3.11-slim\nENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \\\n    OMP_NUM_THREADS=1 \\\n    MKL_NUM_THREADS=1 \\\n    TOKENIZERS_PARALLELISM=false\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\nCMD ["uvicorn", "api.main:app", "--workers", "4"]\n',
    },
    {
      title: 'Training wants all CPUs',
      before: 'FROM python:3.11-slim\nRUN pip install --no-cache-dir torch\nCMD ["python", "train.py"]\n',
    },
  ],
  *check(file, { workspace }) {
    const seen = new Set<Instruction>();
    for (const stage of stagesThatRun(file, workspace.targets)) {
      const { commands } = containerStart(file, stage);
      if (seen.has(stage.from) || !isPythonServer(file, stage, commands)) continue;
      const bounds = threadBounds(installedPython(file, stage, workspace));
      if (!bounds || isDecided(file, stage, commands, workspace)) continue;
      const { workers, cpus } = shareOf(file, stage, commands, workspace);
      // One process that has the machine to itself is right to use all of it.
      if (workers === 1 && cpus === undefined) continue;
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
        message: `each process of this server starts a thread for every CPU of the machine (${bounds.because}), whatever share the container has`,
        fixes: () => [
          {
            title: `Set ${listed(Object.keys(missing))}: ${cost}`,
            safety: 'unsafe',
            edits: [setVariables(file, stage, missing, /_NUM_THREADS$|^PYTHON/)],
          },
        ],
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
