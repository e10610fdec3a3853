import type { Evidence } from '../../finding';
import { packageWeight, weightsMeasured } from '../../knowledge/package-weights';
import type { EngineFacts } from '../../project/engine';
import { formatBytes } from '../../text/bytes';
import { listed } from '../../text/sentence';
import { installedPackages } from './evidence';

/** What a Python package puts into an image, with what it depends on. */
export interface PackageLoad {
  readonly bytes: number;
  /** The heavy ones of what it depends on, the heaviest first. */
  readonly brings: readonly string[];
  readonly evidence: Evidence;
  /** For a message: `measured in site-packages of api:latest`, `estimated from torch 2.15.0`. */
  readonly basis: string;
}

/**
 * Measured in an image of one of the Dockerfiles where one is at hand, else from the table of weights; undefined
 * where neither knows the package.
 *
 * @param name as indexes compare names
 * @param dockerfiles paths of those that install it
 * @param counted packages whose weight is told elsewhere: of what it brings along they are left out
 */
export function packageLoad(
  name: string,
  dockerfiles: readonly string[],
  engine: EngineFacts,
  counted: ReadonlySet<string> = NONE,
): PackageLoad | undefined {
  return measured(name, dockerfiles, engine, counted) ?? estimated(name, counted);
}

const NONE: ReadonlySet<string> = new Set();

function measured(
  name: string,
  dockerfiles: readonly string[],
  engine: EngineFacts,
  counted: ReadonlySet<string>,
): PackageLoad | undefined {
  for (const dockerfile of dockerfiles) {
    const packages = installedPackages(dockerfile, engine);
    const own = packages?.get(name);
    if (!packages || !own) continue;
    const needs = (packageWeight(name)?.brings ?? [])
      .filter(it => !counted.has(it))
      .flatMap(it => packages.get(it) ?? []);
    const bytes = own.bytes + needs.reduce((sum, it) => sum + it.bytes, 0);
    const brings = needs.sort((a, b) => b.bytes - a.bytes).map(it => it.name);
    const basis = `measured in ${own.evidence.source}`;
    return { bytes, brings, evidence: { ...own.evidence, bytes }, basis };
  }
  return undefined;
}

function estimated(name: string, counted: ReadonlySet<string>): PackageLoad | undefined {
  const known = packageWeight(name);
  if (!known) return undefined;
  const ownOf = (other: string) => packageWeight(other)?.own ?? 0;
  const brings = known.brings.filter(it => !counted.has(it)).sort((a, b) => ownOf(b) - ownOf(a));
  const source = `${name} ${known.version} from PyPI with what it depends on, ${weightsMeasured()}`;
  // The light ones that come along are told with what is counted elsewhere.
  const isWhole = brings.length === known.brings.length;
  const bytes = isWhole ? known.total : known.own + sum(brings.map(ownOf));
  const basis = `estimated from ${name} ${known.version}`;
  return { bytes, brings, evidence: { bytes, how: 'estimated', source }, basis };
}

/** `about 5.7 GB (with triton, nvidia-cublas and 12 more)`; without `about` where it is measured. */
export function describeLoad({ bytes, brings, evidence }: PackageLoad): string {
  const figure = `${evidence.how === 'estimated' ? 'about ' : ''}${formatBytes(bytes)}`;
  if (brings.length === 0) return figure;
  const shown = brings.length > 3 ? [...brings.slice(0, 2), `${brings.length - 2} more`] : brings;
  return `${figure} (with ${listed(shown)})`;
}

/**
 * What some packages put into an image that would not be there for others, each counted once: measured where an image
 * of the Dockerfile is at hand, else from the table. Undefined where none of them is known.
 *
 * @param names as indexes compare names
 * @param others packages that stay; what they bring along is not counted
 */
export function loadOfAll(
  names: readonly string[],
  others: readonly string[],
  dockerfile: string,
  engine: EngineFacts,
): Evidence | undefined {
  const kept = new Set(others.flatMap(withBrought));
  const counted = [...new Set(names.flatMap(withBrought))].filter(name => !kept.has(name));
  const packages = installedPackages(dockerfile, engine);
  const found = counted.flatMap(name => packages?.get(name) ?? []);
  const source = found[0]?.evidence.source;
  if (source !== undefined) return { bytes: sum(found.map(it => it.bytes)), how: 'measured', source };
  const known = counted.flatMap(name => packageWeight(name)?.own ?? []);
  if (known.length === 0) return undefined;
  const table = `packages from PyPI, ${weightsMeasured()}`;
  return { bytes: sum(known), how: 'estimated', source: table };
}

/** From this on it misleads to count a package, with what it brings, once for each of those that need it; in bytes. */
const COUNTED_ONCE = 500e6;

/**
 * What is told of packages elsewhere, for each of some that are reported side by side: the heaviest of what two bring
 * along, PyTorch say, counts with the one that is named, else with the first.
 *
 * @param names of packages, as indexes compare names, in the order in which they are reported
 * @param others packages that are reported elsewhere
 */
export function countedElsewhere(
  names: readonly string[],
  others: Iterable<string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const whole = (name: string) =>
    (packageWeight(name)?.total ?? 0) >= COUNTED_ONCE ? withBrought(name) : [];
  const claimed = new Set([...others].flatMap(whole));
  const named = new Set(names);
  const counted = new Map<string, ReadonlySet<string>>();
  for (const name of names) {
    const brought = withBrought(name).slice(1);
    const ofNamed = brought.filter(it => named.has(it)).flatMap(whole);
    counted.set(name, new Set([...claimed, ...ofNamed]));
    for (const one of brought.flatMap(whole)) claimed.add(one);
  }
  return counted;
}

/** A package and the heavy ones of what it depends on. */
export function withBrought(name: string): string[] {
  return [name, ...(packageWeight(name)?.brings ?? [])];
}

function sum(bytes: readonly number[]): number {
  return bytes.reduce((total, it) => total + it, 0);
}
