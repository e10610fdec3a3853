import type { NewMapping } from '../../compose/edit';
import type { Healthcheck } from '../../dockerfile/model';
import type { BaseImage } from '../../knowledge/base-images';
import { option, readCommandLine } from '../../shell/options';
import type { StartedService } from '../services/started-service';
import { milliseconds } from './check-options';
import { ownProbe } from './own-probe';
import { endpointOf, pythonRequest } from './probe';
import { slowStart } from './slow-start';

/** A `healthcheck` of a Compose service; durations as they are written there. */
export interface ServiceCheck {
  /** `CMD` and words, or `CMD-SHELL` and a script, with `$` as Compose wants it. */
  readonly test: readonly string[];
  readonly interval: string;
  readonly timeout: string;
  readonly startPeriod: string | undefined;
  readonly retries: string;
}

/** What an edit writes below `healthcheck:`. */
export function checkValue({ test, interval, timeout, startPeriod, retries }: ServiceCheck): NewMapping {
  const start = startPeriod === undefined ? {} : { start_period: startPeriod };
  const written = `[${test.map(word => JSON.stringify(word)).join(', ')}]`;
  return { entries: { test: written, interval, timeout, ...start, retries } };
}

/** Compose reads `$` as a variable of its own. */
function forCompose(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/**
 * The check of an image, as a service's own. A request of curl or wget becomes one of Python's `urllib` in an image of
 * Python: the same question, whatever else the base has.
 *
 * @param startSeconds how long the service may take to start, where the image's check says nothing of it
 * @returns undefined where a variable of the build is in its options, or its command cannot be taken over
 */
export function checkOfImage(
  check: Healthcheck,
  base: BaseImage | undefined,
  startSeconds: number,
): ServiceCheck | undefined {
  const flag = (name: string) => check.flags.find(it => it.name === name)?.value;
  const durations = ['interval', 'timeout', 'start-period'].map(flag).filter(it => it !== undefined);
  const retries = flag('retries') ?? '3';
  if (!durations.every(it => milliseconds(it) !== undefined) || !/^\d+$/.test(retries)) return undefined;
  const test = testOf(check, base);
  if (!test) return undefined;
  return {
    test,
    interval: flag('interval') ?? '30s',
    timeout: flag('timeout') ?? '30s',
    startPeriod: flag('start-period') ?? (startSeconds > 0 ? `${startSeconds}s` : undefined),
    retries,
  };
}

function testOf(check: Healthcheck, base: BaseImage | undefined): string[] | undefined {
  if (check.script.broken || check.form === 'heredoc') return undefined;
  const [first, ...more] = check.script.commands;
  const plain = more.every(it => it.after === '||' && /^(exit|false)$/.test(it.name));
  const endpoint = first && plain && base?.has.includes('python') ? endpointOf(first) : undefined;
  if (endpoint && endpoint.scheme === 'http' && !endpoint.port.startsWith('$'))
    return ['CMD', ...pythonRequest(endpoint).words];
  if (check.form === 'exec') {
    const words = check.script.commands[0];
    return words && ['CMD', ...[...words.wrappers, ...words.words].map(it => forCompose(it.text))];
  }
  const text = check.args.text.replace(/^\s*CMD\s+/i, '').trim();
  return ['CMD-SHELL', forCompose(/["']/.test(text) ? text : text.replace(/\s+/g, ' '))];
}

/**
 * A check fitted to what a service's command starts: a server's port, a Celery worker's answer, the scheduler's file.
 * Undefined where nothing tells whether it is well.
 */
export function checkFor(
  started: StartedService,
  base: BaseImage | undefined,
  packages: ReadonlySet<string>,
): ServiceCheck | undefined {
  const test = testFor(started, base);
  if (!test) return undefined;
  const isWorker = started.program.kind === 'worker';
  const start = slowStart(started.program.runtime, started.name, packages)?.seconds ?? 0;
  const seconds = isWorker ? Math.max(start, 30) : start;
  return {
    test,
    interval: '30s',
    // Celery's command line takes seconds to load.
    timeout: isWorker ? '15s' : '5s',
    startPeriod: seconds > 0 ? `${seconds}s` : undefined,
    retries: '3',
  };
}

function testFor(started: StartedService, base: BaseImage | undefined): string[] | undefined {
  const { program, name, command } = started;
  if (program.kind === 'worker') return name === 'celery' ? celeryTest(started) : undefined;
  if (program.kind !== 'server' || !base) return undefined;
  const port = started.port ?? (started.listensElsewhere ? undefined : program.port);
  if (port === undefined || String(port).startsWith('$')) return undefined;
  const isFlower = name === 'celery' || command.words.some(word => word.text === 'flower');
  if (isFlower && base.has.includes('python')) {
    const endpoint = { scheme: 'http', host: '127.0.0.1', port: String(port), path: '/healthcheck' } as const;
    return ['CMD', ...pythonRequest(endpoint).words];
  }
  const probe = ownProbe(base, program, String(port));
  return probe && ['CMD', ...probe.words];
}

const CELERY = {
  takesValue: [
    ...['-A', '--app', '-b', '--broker', '-n', '--hostname', '-s', '--schedule', '-S', '--scheduler'],
    ...['-Q', '--queues', '-c', '--concurrency', '-P', '--pool', '-l', '--loglevel', '--workdir'],
  ],
};

/** Sources: https://docs.celeryq.dev/en/stable/userguide/monitoring.html (ping), .../periodic-tasks.html (schedule) */
function celeryTest({ command }: StartedService): string[] | undefined {
  const words = command.words.slice(command.words.findIndex(it => /(^|\/)celery$/.test(it.text)) + 1);
  const line = readCommandLine(words, CELERY);
  const app = option(line, '-A', '--app')?.value;
  const given = app === undefined ? '' : ` -A ${app}`;
  if (line.operands.some(it => it.text === 'worker')) {
    // A worker with a name of its own does not answer to the default one.
    const named = option(line, '-n', '--hostname') !== undefined;
    return ['CMD-SHELL', `celery${given} inspect ping${named ? '' : ' -d celery@$$HOSTNAME'}`];
  }
  if (!line.operands.some(it => it.text === 'beat') || option(line, '-S', '--scheduler')) return undefined;
  // Some of Python's databases add an ending of their own to the name.
  return ['CMD-SHELL', `ls ${option(line, '-s', '--schedule')?.value ?? 'celerybeat-schedule'}*`];
}
