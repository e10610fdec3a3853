// Reads from the Python Package Index which packages publish wheels for which Python, for `python-wheels.json`.
// It asks the index for every package of the list beside it and for all that they need: a maintainer's job before a
// release, on a machine where that is welcome, and never part of a build or a test.
//   npm run renew -- python-wheels
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rows } from './data-file';

const PYTHONS = ['cp39', 'cp310', 'cp311', 'cp312', 'cp313', 'cp314'] as const;
type Libc = 'glibc' | 'musl';
/** A stable release and what its wheels fit. */
interface Release {
  readonly version: string;
  pure: boolean;
  /** `glibc cp312 x86_64` */
  readonly fits: Set<string>;
}

export async function pythonWheels(): Promise<Rows> {
  const names = readFileSync(join(__dirname, 'python-packages.txt'), 'utf8').trim().split('\n');
  const index = new Index();
  await index.readAll(names);
  const listed = names.filter(name => index.releases(name).length > 0);
  const isPure = (name: string) => index.releases(name).at(-1)?.pure === true;
  const pure = listed.filter(isPure);
  const compiled = listed.filter(name => !isPure(name));
  const extras = listed.flatMap(name => {
    const known = index.extras(name).filter(extra => index.closure(`${name}[${extra}]`) !== undefined);
    return known.length > 0 ? [[name, known] as const] : [];
  });
  const withExtras = extras.flatMap(([name, known]) => known.map(extra => `${name}[${extra}]`));
  const along = [...listed, ...withExtras].flatMap(name => {
    const unbuilt = (libc: Libc) =>
      [...(index.closure(name) ?? [])].filter(it => it !== name && !hasWheels(index.releases(it), libc));
    const [glibc, musl] = [unbuilt('glibc'), unbuilt('musl')];
    return glibc.length + musl.length > 0 ? [[name, { glibc, musl }] as const] : [];
  });
  const published = (name: string) => ({
    glibc: ranges(index.releases(name), 'glibc'),
    musl: ranges(index.releases(name), 'musl'),
  });
  return {
    pure,
    compiled: Object.fromEntries(compiled.map(name => [name, published(name)])),
    extras: Object.fromEntries(extras),
    compilesAlong: Object.fromEntries(along),
  };
}

/** Newer releases than these a resolver hardly goes back behind. */
const RECENT = 40;

/** Whether recent releases have wheels for a Python that is in use: resolvers pick the one that fits. */
function hasWheels(releases: readonly Release[], libc: Libc): boolean {
  if (releases.at(-1)?.pure) return true;
  return releases
    .slice(-RECENT)
    .some(({ fits }) =>
      ['cp311', 'cp312', 'cp313'].some(python =>
        ['x86_64', 'aarch64'].every(machine => fits.has(`${libc} ${python} ${machine}`)),
      ),
    );
}

/** Enough connections to be quick, few enough to be polite. */
const AT_ONCE = 16;

/** What the index says of packages and of all that they need. */
class Index {
  private readonly files = new Map<string, readonly Release[]>();
  private readonly needs = new Map<string, readonly string[]>();

  releases(name: string): readonly Release[] {
    return this.files.get(name) ?? [];
  }

  /** Reads packages, then what they need, and so on. */
  async readAll(names: readonly string[]): Promise<void> {
    let todo = [...names];
    while (todo.length > 0) {
      const batch = todo.splice(0, AT_ONCE);
      await Promise.all(batch.map(name => this.read(name)));
      const needed = batch.flatMap(name => this.needsOf(name)).map(it => nameOf(it));
      todo = [...new Set([...todo, ...needed])].filter(name => !this.files.has(name));
    }
  }

  private async read(name: string): Promise<void> {
    this.files.set(name, await releasesOf(name));
    const response = await fetch(`https://pypi.org/pypi/${name}/json`);
    const { info } = response.ok ? ((await response.json()) as Project) : { info: undefined };
    this.needs.set(name, info?.requires_dist ?? []);
  }

  extras(name: string): string[] {
    const found = (this.needs.get(name) ?? []).flatMap(it => EXTRA.exec(it)?.[1] ?? []);
    return [...new Set(found)].filter(extra => !DEVELOPMENT.test(extra));
  }

  /** What a requirement without further extras needs on Linux: `uvicorn`, `uvicorn[standard]`. */
  private needsOf(requirement: string): string[] {
    const extras =
      /\[([^\]]*)\]/
        .exec(requirement)?.[1]
        ?.split(',')
        .map(it => it.trim()) ?? [];
    return (this.needs.get(nameOf(requirement)) ?? []).flatMap(written => {
      const extra = EXTRA.exec(written)?.[1];
      if (ELSEWHERE.test(written) || (extra !== undefined && !extras.includes(extra))) return [];
      const [, name = '', own = ''] = /^([\w.-]+)\s*(\[[^\]]*\])?/.exec(written) ?? [];
      return [normalized(name) + own];
    });
  }

  /** The requirement and all that it needs, by name; undefined where something was not read. */
  closure(requirement: string): ReadonlySet<string> | undefined {
    const seen = new Set<string>();
    const todo = [requirement];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      if (seen.has(next)) continue;
      if (!this.files.has(nameOf(next))) return undefined;
      seen.add(next);
      todo.push(...this.needsOf(next));
    }
    return new Set([...seen].map(nameOf));
  }
}

interface Project {
  readonly info: { readonly requires_dist: readonly string[] | null };
}

const EXTRA = /extra\s*==\s*['"]([^'"]+)['"]/;
/** Extras that images do not install. */
const DEVELOPMENT =
  /^(dev|tests?|testing|docs?|lint|typing|mypy|types|build|release|ci|benchmark.*|.*-dev|.*-tests?)$/i;
/** Markers that hold on no Linux with the usual Python. */
const ELSEWHERE =
  /(sys_platform|platform_system|os_name)\s*==\s*['"](win32|windows|darwin|nt|cygwin)['"]|(implementation|python_implementation)\w*\s*==\s*['"](pypy|jython)['"]|sys_platform\s*!=\s*['"]linux['"]|python_(full_)?version\s*<=?\s*['"](2|3\.([0-9]|10)\b)/i;

function nameOf(requirement: string): string {
  return requirement.replace(/\[.*$/, '');
}

function normalized(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

async function releasesOf(name: string): Promise<Release[]> {
  const response = await fetch(`https://pypi.org/simple/${name}/`);
  if (!response.ok) return [];
  const releases = new Map<string, Release>();
  for (const [, file] of (await response.text()).matchAll(/<a [^>]*>([^<]+)<\/a>/g))
    readFile(file ?? '', releases);
  const all = [...releases.values()].sort((a, b) => compare(a.version, b.version));
  const stable = all.filter(({ version }) => STABLE.test(version));
  return stable.length > 0 ? stable : all;
}

const WHEEL = /^[^-]+-([^-]+)(?:-\d[^-]*)?-([^-]+)-([^-]+)-([^-]+)\.whl$/;
const SDIST = /-(\d[^-]*)\.(?:tar\.gz|zip)$/;
const STABLE = /^\d+(\.\d+)*(\.post\d+)?$/;

function readFile(file: string, releases: Map<string, Release>): void {
  const wheel = WHEEL.exec(file);
  const version = wheel?.[1] ?? SDIST.exec(file)?.[1];
  if (version === undefined) return;
  const release = releases.get(version) ?? { version, pure: false, fits: new Set<string>() };
  releases.set(version, release);
  if (!wheel) return;
  const [, , pythons = '', abi = '', platforms = ''] = wheel;
  if (platforms === 'any') release.pure ||= abi === 'none';
  for (const python of PYTHONS.filter(it => fitsPython(it, pythons, abi)))
    for (const platform of platforms.split('.')) {
      const [, kind, machine] = /^(manylinux|musllinux|linux)\w*?_(x86_64|aarch64)$/.exec(platform) ?? [];
      if (kind && machine)
        release.fits.add(`${kind === 'musllinux' ? 'musl' : 'glibc'} ${python} ${machine}`);
    }
}

function fitsPython(python: string, pythons: string, abi: string): boolean {
  const tags = pythons.split('.');
  if (tags.includes('py3') || tags.includes(python)) return tags.includes('py3') || !abi.endsWith('t');
  if (!abi.split('.').includes('abi3')) return false;
  return tags.some(tag => minor(tag) <= minor(python));
}

function minor(tag: string): number {
  return Number(/^cp3(\d+)$/.exec(tag)?.[1] ?? Number.POSITIVE_INFINITY);
}

/** First and last release with wheels for both common machines; no last one where the latest has them. */
function ranges(releases: readonly Release[], libc: Libc): Readonly<Record<string, readonly string[]>> {
  const found = PYTHONS.flatMap(python => {
    const fitting = releases.filter(({ fits }) =>
      ['x86_64', 'aarch64'].every(machine => fits.has(`${libc} ${python} ${machine}`)),
    );
    const [first, last] = [fitting[0], fitting.at(-1)];
    if (!first || !last) return [];
    const end = last === releases.at(-1) ? [] : [last.version];
    return [[python, [first.version, ...end]] as const];
  });
  return Object.fromEntries(found);
}

/** Versions of releases are numbers, and perhaps a post release. */
function compare(a: string, b: string): number {
  const [left, right] = [a, b].map(version => (version.match(/\d+/g) ?? []).map(Number));
  for (let i = 0; i < Math.max(left?.length ?? 0, right?.length ?? 0); i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
