export type { NotOffered } from './decline';

import type { Edit } from './text/edit';
import type { ExplainedEdit } from './text/explained-edits';
import type { Span } from './text/span';

/** The severity of a finding: `error` breaks something, `warning` costs, `info` and `hint` are advice. */
export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** From the highest to the lowest. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info', 'hint'];

/** Safe: the built image behaves the same. Unsafe: it needs a review. */
export type Safety = 'safe' | 'unsafe';

/** What a finding rests on. */
export interface Evidence {
  readonly bytes?: number;
  readonly how: 'measured' | 'estimated';
  /** Where the figure comes from: `the build context on disk`, `api:latest, layer 4`. */
  readonly source: string;
}

/** Something that a rule reports at one place of a file. */
export interface Finding {
  readonly at: Span;
  /** What is wrong here and what it costs: one sentence in plain English without a full stop. */
  readonly message: string;
  readonly related?: readonly { readonly at: Span; readonly message: string }[];
  readonly evidence?: Evidence;
  /** Lowers the severity below that of the rule: here it matters less. */
  readonly atMost?: Severity;
  /** Best first. Made only on request. */
  readonly fixes?: () => readonly Fix[];
  /** Ids of whole-file conversions that take this away, offered behind the fixes. */
  readonly conversions?: readonly string[];
}

/** A file that a fix makes. The path is POSIX, relative to the root of the workspace. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** One way to take a finding away. */
export interface Fix {
  /** What it will do: `Add --no-cache-dir`. */
  readonly title: string;
  readonly safety: Safety;
  /** Edits of the file that the finding is in. */
  readonly edits: readonly Edit[];
  readonly newFiles?: readonly NewFile[];
  /** Edits of other files that the workspace facts hold, by their path; each path once. */
  readonly elsewhere?: readonly FileEdits[];
}

/** Edits of one file. They refer to the text that the facts hold. */
export interface FileEdits {
  readonly path: string;
  readonly edits: readonly Edit[];
}

/** A change to one file. Edits refer to the text that the facts hold. */
export type FileChange =
  | { readonly kind: 'edit'; readonly path: string; readonly edits: readonly ExplainedEdit[] }
  | { readonly kind: 'create'; readonly path: string; readonly text: string; readonly because: string };

/** A conversion that can be made at one place of a file. */
export interface Offer {
  readonly kind: 'offer';
  /** What is converted: the Compose service, or the stage's place. Cursor positions in it show the offer. */
  readonly at: Span;
  /** Makes the title say which one, where a file offers it several times. */
  readonly subject?: string;
  /** Bytes or time that it gains, with where that figure is from. */
  readonly gain?: Evidence;
  /** Whether its changes edit files other than the one that it is offered in. */
  readonly editsElsewhere?: true;
  /** Made only on request. */
  readonly changes: () => readonly FileChange[];
}
