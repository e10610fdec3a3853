import type { Run } from '../../dockerfile/model';
import type { Command } from '../../shell/command';
import { pipInstall } from '../../shell/pip';

/** A command that writes what a `pyproject.toml` depends on into a file. */
export interface Listing {
  /** The file, as the command names it. */
  readonly list: string;
  /** Extras of the project whose dependencies are listed too. */
  readonly extras: readonly string[];
}

/** Where the list stands while pip reads it. */
export const LIST = '/tmp/requirements.txt';

/** Python that prints what the `pyproject.toml` of the working folder depends on, as a requirements file. */
export function listingCode(extras: readonly string[]): string {
  const list = extras.map(extra => `, *p['optional-dependencies']['${extra}']`).join('');
  const read =
    list === ''
      ? "print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\\n')"
      : `p = tomllib.load(open('pyproject.toml', 'rb'))['project']; print(*p['dependencies']${list}, sep='\\n')`;
  return `import tomllib; ${read}`;
}

/** Reads the command that `listingCode` is in; undefined for any other. */
export function dependencyListing({ name, words, redirects }: Command): Listing | undefined {
  const [, option, code, ...others] = words;
  const [redirect, ...more] = redirects;
  if (!/^python[\d.]*$/.test(name) || option?.text !== '-c' || !code || others.length + more.length > 0)
    return undefined;
  const extras = [...code.text.matchAll(/\['optional-dependencies'\]\['([\w\s.-]+)'\]/g)].map(
    it => it[1] ?? '',
  );
  if (redirect?.operator !== '>' || !redirect.target?.literal || code.text !== listingCode(extras))
    return undefined;
  return { list: redirect.target.text, extras };
}

/**
 * Commands of a RUN that write what a `pyproject.toml` depends on into a file and install that: the first step of what
 * `copy-before-install` makes of `pip install .`.
 */
export interface DependencyList {
  /** `python -c "import tomllib; …" > /tmp/requirements.txt` */
  readonly listing: Command;
  /** `pip install -r /tmp/requirements.txt` */
  readonly install: Command;
  /** `rm /tmp/requirements.txt` */
  readonly removal: Command | undefined;
  readonly listed: Listing;
}

export function dependencyLists({ script: { commands } }: Run): DependencyList[] {
  return commands.flatMap((listing, index) => {
    const listed = dependencyListing(listing);
    const install = commands[index + 1];
    const pip = install && pipInstall(install);
    const [file, ...others] = pip?.requirements ?? [];
    if (!listed || !install || !pip || file?.text !== listed.list) return [];
    if (others.length + pip.packages.length + pip.constraints.length > 0) return [];
    const next = commands[index + 2];
    const isRemoval = next?.name === 'rm' && next.words.at(-1)?.text === listed.list;
    return [{ listing, install, removal: isRemoval ? next : undefined, listed }];
  });
}
