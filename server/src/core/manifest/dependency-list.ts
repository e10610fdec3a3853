import type { Run } from '../dockerfile/model';
import type { Command } from '../shell/command';
import { pipInstall } from '../shell/pip';

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
  /** The file between them, as the install names it. */
  readonly list: string;
}

export function dependencyLists({ script: { commands } }: Run): DependencyList[] {
  return commands.flatMap((listing, index) => {
    const list = listedInto(listing);
    const install = commands[index + 1];
    const pip = install && pipInstall(install);
    const [file, ...others] = pip?.requirements ?? [];
    if (list === undefined || !install || !pip || file?.text !== list) return [];
    if (others.length + pip.packages.length + pip.constraints.length > 0) return [];
    const next = commands[index + 2];
    const isRemoval = next?.name === 'rm' && next.words.at(-1)?.text === list;
    return [{ listing, install, removal: isRemoval ? next : undefined, list }];
  });
}

function listedInto({ name, words, redirects }: Command): string | undefined {
  const [, option, code, ...others] = words;
  const [redirect, ...redirected] = redirects;
  if (!/^python[\d.]*$/.test(name) || option?.text !== '-c' || others.length + redirected.length > 0)
    return undefined;
  if (!code?.literal || redirect?.operator !== '>' || !redirect.target?.literal) return undefined;
  return PRINTS_DEPENDENCIES.test(code.text.replaceAll('"', "'")) ? redirect.target.text : undefined;
}

/** The main dependencies, each printed on a line. */
const PRINTS_DEPENDENCIES =
  /^import tomllib; ?print\(\*tomllib\.load\(open\('pyproject\.toml', ?'rb'\)\)\['project'\]\['dependencies'\], ?sep='\\n'\)$/;
