import type { Command } from '../shell/command';

/** A list of requirements that a command makes out of a project: `python -c "import tomllib; …" > list`. */
export interface ListedProject {
  /** The `pyproject.toml`, as the command names it. */
  readonly project: string;
  /** The file that holds its `[project] dependencies` afterwards, one a line. */
  readonly list: string;
}

/** Reads the command by which an install is parted from its project, whoever wrote it; undefined for all others. */
export function listedProject(command: Command): ListedProject | undefined {
  const [, option, code, ...others] = command.words;
  const [redirect, ...redirects] = command.redirects;
  if (!/^python[\d.]*$/.test(command.name) || option?.text !== '-c' || others.length + redirects.length > 0)
    return undefined;
  if (!code?.literal || redirect?.operator !== '>' || !redirect.target?.literal) return undefined;
  const project = PRINTS_DEPENDENCIES.exec(code.text.replaceAll('"', "'"))?.[1];
  return project === undefined ? undefined : { project, list: redirect.target.text };
}

/** The main dependencies, each printed on a line. */
const PRINTS_DEPENDENCIES =
  /^import tomllib; ?print\(\*tomllib\.load\(open\('([\w./-]+\.toml)', ?'rb'\)\)\['project'\]\['dependencies'\], ?sep='\\n'\)$/;
