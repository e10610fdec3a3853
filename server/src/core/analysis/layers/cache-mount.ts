import type { Dockerfile, Run } from '../../dockerfile/model';
import { type Edit, insert, replace } from '../../text/edit';
import { withoutTrailing } from '../../text/ends';
import { linesOf } from '../../text/lines';
import { span } from '../../text/span';
import type { RunUser } from '../privileges/run-user';

/**
 * A folder that BuildKit keeps between builds and puts into no layer.
 * Source: https://docs.docker.com/reference/dockerfile/#run---mounttypecache
 */
export interface CacheMount {
  readonly target: string;
  /** True where two builds at once must not write there: `sharing=locked`. */
  readonly locked?: boolean;
  /** Who has to be able to write there; root where absent. */
  readonly owner?: Pick<RunUser, 'uid' | 'gid'>;
}

/**
 * Adds cache mounts to a RUN: on lines of their own where the RUN is written for the shell, else on its line.
 *
 * @returns undefined where a comment stands between RUN and its command
 */
export function addCacheMounts(
  file: Dockerfile,
  run: Run,
  mounts: readonly CacheMount[],
): Edit[] | undefined {
  const behind = run.flags.at(-1)?.span.end ?? run.keyword.span.end;
  const gap = span(behind, run.argsSpan.start);
  const flags = mounts.map(mountText);
  const { eol } = linesOf(file.text);
  const between = file.text.slice(gap.start, gap.end);
  if (run.form !== 'shell' || /[\r\n]/.test(between))
    return [insert(behind, flags.map(it => ` ${it}`).join(''))];
  if (between.trim() !== '') return undefined;
  const goOn = ` ${file.escape}${eol}    `;
  return [replace(gap, ` ${[...flags, ''].join(goOn).trimStart()}`)];
}

/** `--mount=type=cache,target=…`. */
export function mountText({ target, locked, owner }: CacheMount): string {
  const parts = [
    'type=cache',
    `target=${target}`,
    ...(locked ? ['sharing=locked'] : []),
    ...(owner?.uid === undefined ? [] : [`uid=${owner.uid}`]),
    ...(owner?.gid === undefined ? [] : [`gid=${owner.gid}`]),
  ];
  return `--mount=${parts.join(',')}`;
}

/** True where what is written into `folder` goes into a mount that keeps it. */
export function keepsBetweenBuilds(run: Run, folder: string): boolean {
  return run.mounts.some(({ type, target }) => {
    if (type !== 'cache' || target === undefined) return false;
    return isInside(folder, withoutTrailing(target, '/'));
  });
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
