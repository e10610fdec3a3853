import type { Problem } from '../text/problem';
import type { Span } from '../text/span';
import type { FileReference, RequirementOption } from './requirements';

/** A file that says what a Python program depends on; parsed once per version, frozen, never failing. */
export interface PythonManifest {
  readonly language: 'python-manifest';
  /** POSIX path, relative to the folder that the facts are relative to. */
  readonly path: string;
  readonly text: string;
  readonly format: 'requirements' | 'pyproject' | 'pipfile';
  /** What has a name, in file order. Folders and addresses without one are not among them. */
  readonly requirements: readonly PythonRequirement[];
  /** Folders and addresses of a requirements file that say no name, `-e` among them. */
  readonly unnamed: readonly Span[];
  /** `-r` and `-c` of a requirements file. */
  readonly includes: readonly FileReference[];
  /** Options of a requirements file that hold for all of it: `--index-url`, `--no-binary`. */
  readonly options: readonly RequirementOption[];
  /** Addresses of package indexes that the file names beside or instead of the default one. */
  readonly indexes: readonly PackageIndex[];
  readonly comments: readonly ManifestComment[];
  readonly problems: readonly Problem[];
}

export interface PythonRequirement {
  /** As written. */
  readonly name: string;
  /** As indexes compare names. */
  readonly normalized: string;
  /** The whole entry, without the quotes that a TOML file puts around it. */
  readonly span: Span;
  readonly nameSpan: Span;
  readonly extras: readonly string[];
  /** `==1.2`, `^2.1`; empty where any version will do. */
  readonly specifier: string;
  /** The condition that it is installed under: `sys_platform == "linux"`. */
  readonly marker: string | undefined;
  /** `sha256:…` */
  readonly hashes: readonly string[];
  readonly group: RequirementGroup;
  /** Where it comes from: a package index, or an address or folder of its own. */
  readonly from: 'index' | 'vcs' | 'url' | 'local';
  /** Name or address of the one index that it is taken from, where the file says so. */
  readonly index: string | undefined;
}

/** Which installs take it: all, or only those that ask for an extra or a group; `dev` is for developers. */
export type RequirementGroup = 'main' | 'dev' | `extra:${string}` | `group:${string}`;

export interface PackageIndex {
  readonly span: Span;
  /** What requirements call it, where it has a name. */
  readonly name: string | undefined;
  readonly url: string;
  /** Instead of the default index, or beside it. */
  readonly role: 'default' | 'extra';
}

export interface ManifestComment {
  /** From the `#` to the end of the line. */
  readonly span: Span;
  /** The text after the `#`, trimmed. */
  readonly text: string;
}
