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

function listedInto({ words, redirects }: Command): string | undefined {
  const code = words.find(word => /\btomllib\b|\btomli\b/.test(word.text))?.text;
  const [redirect, ...others] = redirects;
  if (code === undefined || others.length > 0 || redirect?.operator !== '>') return undefined;
  const reads = /pyproject\.toml/.test(code) && /\bdependencies\b/.test(code);
  return reads && redirect.target?.literal ? redirect.target.text : undefined;
}
