import type { BuildTarget } from '../facts/workspace';
import { deepFreeze } from '../text/freeze';
import { formatImageRef } from './image-ref';
import type { Dockerfile, Stage, StageBase } from './model';
import { resolveStages } from './stage-graph';
import type { Variables } from './variables';

type Build = Pick<BuildTarget, 'args'>;

/**
 * The file as those see it who build it: what its stages are built on and what its ARGs are set to goes by the build
 * arguments of the Compose services. A base on which the services differ is `unknown`, and so is the value of an
 * argument. The file itself where nobody hands in anything; the same object each time for the same arguments.
 *
 * @param builds all services that build the file
 */
export function withBuildArgs(file: Dockerfile, builds: readonly Build[]): Dockerfile {
  if (builds.every(({ args }) => args.size === 0)) return file;
  const key = JSON.stringify(
    builds.map(({ args }) => [...args].map(([name, value]) => [name, value ?? null])),
  );
  const known = resolved.get(file) ?? new Map<string, Dockerfile>();
  resolved.set(file, known);
  const found = known.get(key) ?? resolve(file, builds);
  known.set(key, found);
  return found;
}

const resolved = new WeakMap<Dockerfile, Map<string, Dockerfile>>();

function resolve(file: Dockerfile, builds: readonly Build[]): Dockerfile {
  const [first = [], ...others] = builds.map(({ args }) => resolveStages(file.instructions, args));
  const stages = first.map(stage => agreed(stage, others));
  return deepFreeze({ ...file, buildArgs: agreedArgs(builds), stages });
}

function agreed(stage: Stage, others: readonly (readonly Stage[])[]): Stage {
  const same = others.every(stages => isSame(stages[stage.index]?.base, stage.base));
  return same ? stage : { ...stage, base: { kind: 'unknown' } };
}

function isSame(one: StageBase | undefined, other: StageBase): boolean {
  if (one?.kind === 'image' && other.kind === 'image')
    return formatImageRef(one.ref) === formatImageRef(other.ref);
  if (one?.kind === 'stage' && other.kind === 'stage') return one.index === other.index;
  return one?.kind === other.kind;
}

function agreedArgs(builds: readonly Build[]): Variables {
  const names = new Set(builds.flatMap(({ args }) => [...args.keys()]));
  return new Map([...names].map(name => [name, agreedValue(builds, name)]));
}

function agreedValue(builds: readonly Build[], name: string): string | undefined {
  const values = new Set(builds.map(({ args }) => args.get(name)));
  const [only] = values;
  return values.size === 1 ? only : undefined;
}
