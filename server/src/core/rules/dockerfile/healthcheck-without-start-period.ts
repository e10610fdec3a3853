import { checkTiming, durationInWords } from '../../analysis/health-checks/check-options';
import { type SlowStart, slowStart } from '../../analysis/health-checks/slow-start';
import { installedPython } from '../../analysis/installs/installed-python';
import { startedService } from '../../analysis/services/started-service';
import { containerStart } from '../../dockerfile/container-start';
import type { Dockerfile, Healthcheck, Stage } from '../../dockerfile/model';
import { stagesThatRun } from '../../dockerfile/query';
import { finalState } from '../../dockerfile/stage-state';
import type { Fix } from '../../finding';
import type { WorkspaceFacts } from '../../project/workspace';
import { dockerfileRule } from '../../rule';
import { insert } from '../../text/edit';

export const healthcheckWithoutStartPeriod = dockerfileRule({
  meta: {
    id: 'healthcheck-without-start-period',
    category: 'operations',
    severity: 'info',
    since: '0.1.0',
    fix: 'unsafe',
    fixRisk: `A container that never comes up is called unhealthy later, by the length of the start period. The length is
an allowance for what the command starts, not a measurement.`,
    summary: 'The health check gives a service no time to start',
    why: `The start period is zero unless somebody sets it: a check that fails because the service is still loading counts
like one that fails because it has died. After as many failures as \`--retries\` says, the container is \`unhealthy\`, and
what acts on that replaces a container that was about to be ready, again and again, or gives up on what waits for it.

In the start period failures do not count, and the first success ends it, so it costs a healthy service nothing.

How much it matters is a matter of arithmetic. With \`--interval=30s --retries=3\` a service has a minute and a half in any
case, and the finding is a hint; it is more where the interval and the retries leave less time than such a service may
take: seconds for a small web service, half a minute for a JVM, a minute where a model is loaded. Programs that answer
at once (nginx, a compiled server), and commands of which nothing is known, are exempt.`,
    sources: [
      'https://docs.docker.com/reference/dockerfile/#healthcheck',
      'https://docs.docker.com/reference/compose-file/services/#healthcheck',
    ],
  },
  examples: [
    {
      title: 'Ten seconds between checks, and none to start',
      before:
        'FROM python:3.10-slim\nCMD ["python", "-m", "uvicorn", "module.main:app", "--port", "8000"]\n«HEALTHCHECK» --interval=10s --timeout=3s --retries=3 \\\n    CMD curl -f http://localhost:8000/health || exit 1\n',
      after:
        'FROM python:3.10-slim\nCMD ["python", "-m", "uvicorn", "module.main:app", "--port", "8000"]\nHEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \\\n    CMD curl -f http://localhost:8000/health || exit 1\n',
    },
    {
      title: 'A model takes its time to load',
      before:
        'FROM python:3.11-slim\nRUN pip install --no-cache-dir fastapi uvicorn sentence-transformers\n«HEALTHCHECK» --interval=10s --timeout=5s \\\n    CMD python /app/check.py\nCMD ["uvicorn", "api.main:app"]\n',
      after:
        'FROM python:3.11-slim\nRUN pip install --no-cache-dir fastapi uvicorn sentence-transformers\nHEALTHCHECK --interval=10s --timeout=5s --start-period=60s \\\n    CMD python /app/check.py\nCMD ["uvicorn", "api.main:app"]\n',
    },
    {
      title: 'nginx answers at once',
      before:
        'FROM nginx:1.27-alpine\nHEALTHCHECK --interval=10s CMD wget -q -O /dev/null http://127.0.0.1/\n',
    },
  ],
  *check(file, { workspace }) {
    const seen = new Set<Healthcheck>();
    for (const stage of stagesThatRun(file, workspace.targets)) {
      const check = finalState(file, stage).healthcheck;
      if (!check || check.none || seen.has(check) || check.args.text.trim() === '') continue;
      if (check.flags.some(flag => flag.name === 'start-period')) continue;
      const start = slowStartOf(file, stage, workspace);
      if (!start) continue;
      seen.add(check);
      const patience = patienceOf(check);
      const enough = patience === undefined || patience >= start.seconds * 1000;
      yield {
        at: check.keyword.span,
        message: messageFor(start, patience),
        ...(enough ? { atMost: 'hint' as const } : {}),
        fixes: () => [addPeriod(check, start)],
      };
    }
  },
});

function slowStartOf(file: Dockerfile, stage: Stage, workspace: WorkspaceFacts): SlowStart | undefined {
  const service = startedService(containerStart(file, stage).commands);
  if (!service || service.program.kind === 'worker') return undefined;
  const packages = installedPython(file, stage, workspace);
  return slowStart(service.program.runtime, service.name, packages);
}

/** Milliseconds from the start to the failure that makes it unhealthy: the first check comes after one interval. */
function patienceOf(check: Healthcheck): number | undefined {
  const { interval, retries } = checkTiming(check);
  return interval === undefined || retries === undefined ? undefined : interval * Math.max(retries, 1);
}

function messageFor({ because, seconds }: SlowStart, patience: number | undefined): string {
  const after = patience === undefined ? '' : `, and make it unhealthy after ${durationInWords(patience)}`;
  return `${because} may take ${seconds} s to answer, and without a start period checks count as failures meanwhile${after}`;
}

/** In front of the retries, as most people order the options; else behind the last option, or the keyword. */
function addPeriod(check: Healthcheck, { seconds }: SlowStart): Fix {
  const option = `--start-period=${seconds}s`;
  const retries = check.flags.find(flag => flag.name === 'retries');
  const last = check.flags.at(-1)?.span ?? check.keyword.span;
  const edit = retries ? insert(retries.span.start, `${option} `) : insert(last.end, ` ${option}`);
  return { title: `Add ${option}`, safety: 'unsafe', edits: [edit] };
}
