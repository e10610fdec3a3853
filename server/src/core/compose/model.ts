import type { Script } from '../shell/command';
import type { Excerpt } from '../text/excerpt';
import type { Problem } from '../text/problem';
import type { Span } from '../text/span';
import type { Word } from '../text/word';

/** A whole Compose file, parsed once per version, frozen. Parsing never fails: what cannot be read is a problem. */
export interface Compose {
  readonly language: 'compose';
  /** POSIX path, relative to the folder that the facts are relative to. */
  readonly path: string;
  readonly text: string;
  /** The file's top level; undefined where it is empty or no mapping. */
  readonly root: Mapping | undefined;
  readonly services: readonly Service[];
  readonly comments: readonly YamlComment[];
  /** Every alias (`*name`) that leads to a value. */
  readonly aliases: readonly YamlAlias[];
  readonly problems: readonly Problem[];
}

export interface YamlAlias {
  readonly span: Span;
  /** Where the value that it stands for begins. */
  readonly target: number;
}

export interface YamlComment {
  readonly span: Span;
  readonly text: string;
}

/**
 * A YAML value. Aliases are followed: their node is that of the anchor, so one node may be in
 * several places (never inside itself).
 */
export type Node = Scalar | Mapping | List;

export interface Scalar {
  readonly kind: 'scalar';
  readonly span: Span;
  /** As YAML types it; `text` is the same as it is written, quotes and escapes removed. */
  readonly value: string | number | boolean | null;
  readonly text: string;
  /** The text with the place of each of its characters. */
  readonly excerpt: Excerpt;
  readonly style: ScalarStyle;
}

/** How a scalar is written: `a`, `'a'`, `"a"`, `|`, `>`. */
export type ScalarStyle = 'plain' | 'single-quoted' | 'double-quoted' | 'literal' | 'folded';

export interface Mapping {
  readonly kind: 'mapping';
  /** From the first key (or the brace) to the end of the last value; comments behind it are outside. */
  readonly span: Span;
  /** Its own entries in file order, then those that merge keys bring. */
  readonly entries: readonly Entry[];
  /** Its merge keys (`<<: *base`) in file order: they are no entries. */
  readonly merges: readonly Span[];
  /** Written `{a: b}`. */
  readonly flow: boolean;
  /** The anchor's name where others can refer to this mapping. */
  readonly anchor: string | undefined;
}

export interface Entry {
  /** From the key to the end of the value. */
  readonly span: Span;
  readonly key: Word;
  readonly value: Node | undefined;
  /** True where the entry came through a merge key: it stands elsewhere, and others may use it too. */
  readonly merged: boolean;
  /** True where the value is an alias: an edit of it changes the anchor that others use too. */
  readonly aliased: boolean;
  /** The value's tag as written: `!reset`, `!override`. */
  readonly tag: string | undefined;
}

export interface List {
  readonly kind: 'list';
  /** From the first dash (or the bracket) to the end of the last item. */
  readonly span: Span;
  readonly items: readonly Node[];
  readonly flow: boolean;
}

export interface Service {
  readonly name: Word;
  readonly entry: Entry;
  readonly node: Mapping;
  readonly image: Scalar | undefined;
  readonly build: Build | undefined;
  readonly command: ServiceCommand | undefined;
  readonly entrypoint: ServiceCommand | undefined;
  readonly workingDir: Scalar | undefined;
  readonly volumes: readonly VolumeMount[];
  /** The profiles that it is started with; none where it is always started. */
  readonly profiles: readonly string[];
  /** False where the service extends one that cannot be seen from this file: what seems missing may be there. */
  readonly complete: boolean;
}

export interface Build {
  readonly entry: Entry;
  /** The folder of the build context as written, `.` where only a Dockerfile is named. */
  readonly context: string;
  readonly dockerfile: string | undefined;
  readonly inline: boolean;
  readonly target: string | undefined;
  readonly args: readonly BuildArg[];
}

export interface BuildArg {
  readonly span: Span;
  readonly name: string;
  /** As written; undefined where the environment of the build gives it. */
  readonly value: string | undefined;
}

export interface ServiceCommand {
  readonly entry: Entry;
  readonly script: Script;
}

export interface VolumeMount {
  readonly span: Span;
  readonly type: 'bind' | 'volume' | 'tmpfs' | 'other';
  readonly source: string | undefined;
  readonly target: string;
  readonly readOnly: boolean;
}
