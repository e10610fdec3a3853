import { startedService } from '../../analysis/services/started-service';
import { containerStart } from '../../dockerfile/container-start';
import { setVariables } from '../../dockerfile/env-edit';
import { exposedPorts } from '../../dockerfile/exposed-ports';
import { isOfficial } from '../../dockerfile/image-ref';
import type { Dockerfile, Instruction, Stage } from '../../dockerfile/model';
import { stagesThatRun } from '../../dockerfile/query';
import { rootBase } from '../../dockerfile/stage-graph';
import { finalState } from '../../dockerfile/stage-state';
import { baseImage } from '../../knowledge/base-images';
import { allOf, environmentNames, servicesOf } from '../../project/image-services';
import type { WorkspaceFacts } from '../../project/workspace';
import { dockerfileRule } from '../../rule';
import type { Command } from '../../shell/command';
import { join } from '../../text/span';

export const pythonEnvUnset = dockerfileRule({
  meta: {
    id: 'python-env-unset',
    category: 'operations',
    severity: 'info',
    since: '0.1.0',
    fix: 'unsafe',
    fixRisk: `Unbuffered output makes one system call of every write: a program that prints a great deal gets slower.
Without bytecode files, code that was not compiled in the build is compiled anew at each start: where the build takes
\`__pycache__\` away or installs with \`--no-compile\`, starting takes longer with \`PYTHONDONTWRITEBYTECODE\` than without.`,
    summary: '`PYTHONUNBUFFERED` or `PYTHONDONTWRITEBYTECODE` is not set in an image that runs Python',
    why: `A container's output is a pipe, not a terminal, and into a pipe Python writes in blocks of 8 kB. What \`print\` says
shows up in \`docker logs\` long after it happened, and what stands in the buffer when the process is killed (out of
memory, a failed health check, \`docker stop\` after its ten seconds) is lost: often the very lines that would tell why.
\`PYTHONUNBUFFERED=1\` writes each line at once. \`python -u\` does the same.

\`PYTHONDONTWRITEBYTECODE=1\` keeps the running container from writing \`__pycache__\` folders beside the program's own
code, into the container's writable layer or into a folder that is mounted from the machine. It matters at run time
only: \`pip install\` compiles what it installs in any case (see \`bytecode-left\`), and a user who may not write there
writes nothing anyway. That is why this one alone is only a hint.

Variables count wherever they are set: in a stage that this one is built on, in the \`environment\` of every Compose
service that runs the image, in front of the command. Stages that are thrown away, and images that start something else
than Python, are exempt. On a base that nobody has written down here it is a hint, for the base may set them; so it is
for a program that neither a port nor a Compose service shows to be a service.`,
    sources: [
      'https://docs.python.org/3/using/cmdline.html#envvar-PYTHONUNBUFFERED',
      'https://docs.python.org/3/using/cmdline.html#envvar-PYTHONDONTWRITEBYTECODE',
    ],
  },
  examples: [
    {
      title: 'A service whose last words get lost',
      before:
        '«FROM python:3.11-slim-bookworm»\n\nWORKDIR /app\nCOPY . .\nCMD ["uvicorn", "api.main:app", "--port", "8000"]\n',
      after:
        'FROM python:3.11-slim-bookworm\n\nENV PYTHONUNBUFFERED=1 \\\n    PYTHONDONTWRITEBYTECODE=1\n\nWORKDIR /app\nCOPY . .\nCMD ["uvicorn", "api.main:app", "--port", "8000"]\n',
    },
    {
      title: 'One of the two is there: a hint',
      before:
        '«FROM python:3.10-slim»\nWORKDIR /app\nCOPY . /app\nENV ULTRA_LOW_MEMORY=true PYTHONUNBUFFERED=1\nCMD ["python", "-m", "uvicorn", "module.main:app"]\n',
      after:
        'FROM python:3.10-slim\nWORKDIR /app\nCOPY . /app\nENV ULTRA_LOW_MEMORY=true PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1\nCMD ["python", "-m", "uvicorn", "module.main:app"]\n',
    },
    {
      title: 'Set in a stage that this one is built on',
      before:
        'FROM python:3.12-slim AS base\nENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1\nFROM base\nCMD ["gunicorn", "web.wsgi"]\n',
    },
  ],
  *check(file, { workspace }) {
    const seen = new Set<Instruction>();
    for (const stage of stagesThatRun(file, workspace.targets)) {
      const { commands } = containerStart(file, stage);
      if (!runsPython(file, stage, commands) || seen.has(stage.from)) continue;
      const missing = missingVariables(file, stage, commands, workspace);
      if (missing.length === 0) continue;
      seen.add(stage.from);
      const lasting = isLasting(file, stage, commands, workspace);
      const mild = !missing.includes('PYTHONUNBUFFERED') || !isKnownBase(file, stage) || !lasting;
      yield {
        at: join(stage.from.keyword.span, stage.from.argsSpan),
        message: missing.includes('PYTHONUNBUFFERED') ? UNBUFFERED : BYTECODE,
        ...(mild ? { atMost: 'hint' as const } : {}),
        fixes: () => [
          {
            title: `Set ${missing.join(' and ')}`,
            safety: 'unsafe',
            edits: [
              setVariables(file, stage, Object.fromEntries(missing.map(name => [name, '1'])), /^PYTHON/),
            ],
          },
        ],
      };
    }
  },
});

const UNBUFFERED =
  'PYTHONUNBUFFERED is not set, so what the program prints is logged late, and lost when it is killed';
const BYTECODE =
  'PYTHONDONTWRITEBYTECODE is not set, so the running container writes __pycache__ folders into its own layer';

const VARIABLES = ['PYTHONUNBUFFERED', 'PYTHONDONTWRITEBYTECODE'] as const;

/** By its command, or by the base where the command is a script of the project's own. */
function runsPython(file: Dockerfile, stage: Stage, commands: readonly Command[]): boolean {
  if (commands.length === 0) return false;
  const service = startedService(commands);
  // The interpreter alone is for somebody at a terminal.
  if (service) return service.program.runtime === 'python' && service.command.words.length > 1;
  const root = rootBase(file, stage);
  const isScript = commands.some(({ words }) => /\.(py|sh)$/.test(words[0]?.text ?? ''));
  return isScript && root.kind === 'image' && isOfficial(root.ref, 'python');
}

/** A service, in contrast to a tool whose output somebody waits for. */
function isLasting(
  file: Dockerfile,
  stage: Stage,
  commands: readonly Command[],
  workspace: WorkspaceFacts,
): boolean {
  const program = startedService(commands)?.program;
  if (program && program.kind !== 'runtime') return true;
  return exposedPorts(file, stage).length > 0 || servicesOf(file, stage, workspace).length > 0;
}

function isKnownBase(file: Dockerfile, stage: Stage): boolean {
  const root = rootBase(file, stage);
  return root.kind === 'image' && baseImage(root.ref) !== undefined;
}

function missingVariables(
  file: Dockerfile,
  stage: Stage,
  commands: readonly Command[],
  workspace: WorkspaceFacts,
): string[] {
  const { env } = finalState(file, stage);
  const services = servicesOf(file, stage, workspace).map(it => allOf(it, workspace));
  return VARIABLES.filter(name => {
    const inCommand = commands.some(command => setsItself(command, name));
    const everywhere =
      services.length > 0 &&
      services.every(parts => parts.some(part => environmentNames(part).includes(name)));
    return !env.has(name) && !inCommand && !everywhere;
  });
}

/** `PYTHONUNBUFFERED=1 python …`, `export PYTHONUNBUFFERED=1`, `python -u`, `python -B`. */
function setsItself({ name, words, assignments }: Command, variable: string): boolean {
  if (assignments.some(it => it.name === variable)) return true;
  if (name === 'export') return words.some(word => word.text.startsWith(`${variable}=`));
  if (!/^python(\d[\d.]*)?$/.test(name)) return false;
  const flag = variable === 'PYTHONUNBUFFERED' ? /^-[a-zA-Z]*u/ : /^-[a-zA-Z]*B/;
  const rest = words.slice(1);
  const own = rest.findIndex(word => !word.text.startsWith('-') || word.text === '-m');
  return rest.slice(0, own === -1 ? rest.length : own).some(word => flag.test(word.text));
}
