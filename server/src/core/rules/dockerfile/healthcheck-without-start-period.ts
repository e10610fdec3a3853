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
    summary: 'The health check has no start period for a service that starts slowly',
  },
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
  const after = patience === undefined ? '' : ` (unhealthy after ${durationInWords(patience)})`;
  return `no start period: ${because} may take ${seconds} s to start, and checks until then count as failures${after}`;
}

/** In front of the retries, as most people order the options; else behind the last option, or the keyword. */
function addPeriod(check: Healthcheck, { seconds }: SlowStart): Fix {
  const option = `--start-period=${seconds}s`;
  const retries = check.flags.find(flag => flag.name === 'retries');
  const last = check.flags.at(-1)?.span ?? check.keyword.span;
  const edit = retries ? insert(retries.span.start, `${option} `) : insert(last.end, ` ${option}`);
  return { title: `Add ${option}`, safety: 'unsafe', edits: [edit] };
}
