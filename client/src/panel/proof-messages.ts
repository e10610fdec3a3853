// What the extension and the page of a proof tell each other.

/** Extension to page. */
export type ToProofPage = { readonly kind: 'show'; readonly page: ProofPage };

/** Page to extension. */
export type FromProofPage =
  /** The page has loaded and can be told what to show. */
  | { readonly kind: 'ready' }
  /** Open the file that was proven. */
  | { readonly kind: 'openFile' }
  /** Make the change that was proven in the workspace. */
  | { readonly kind: 'apply' };

/** All that the page shows. */
export interface ProofPage {
  /** What was proven: the title of a conversion, or `All fixes`. */
  readonly title: string;
  /** The file, as a person would write its path. */
  readonly file: string;
  /** Whether the change can be made from here. */
  readonly applies: boolean;
  /** The gains that people ask for first; at most three. */
  readonly highlights: readonly Highlight[];
  readonly parts: readonly ProofPart[];
  readonly failures: readonly FailureNote[];
  /** What one has to know to read the figures: whole sentences. */
  readonly notes: readonly string[];
  /** What a screen reader says when the page appears. */
  readonly spoken: string;
}

/**
 * Less is better, but where it means nothing (`neutral`) or was not measured. A time that differs by a few percent is
 * the same: two builds never take the same.
 */
export type Verdict = 'better' | 'worse' | 'same' | 'neutral';

export interface Highlight {
  readonly figure: string;
  /** `76 % smaller` */
  readonly change: string;
  /** `412 MB → 98 MB` */
  readonly detail: string;
  readonly verdict: Verdict;
}

/** A service or a Dockerfile; or all of them together. */
export interface ProofPart {
  readonly name: string;
  readonly rows: readonly ProofRow[];
}

/** One figure, before and after. */
export interface ProofRow {
  readonly figure: string;
  /** `412 MB`; `not measured` */
  readonly before: string;
  readonly after: string;
  /** `76 % smaller`; empty where there is nothing to compare. */
  readonly change: string;
  readonly verdict: Verdict;
  /** How long the bars are, 0 to 1, the longer one 1; absent where the figure has none. */
  readonly bars?: { readonly before: number; readonly after: number };
}

/** What could not be built or started. */
export interface FailureNote {
  /** `web could not be built before the change` */
  readonly title: string;
  /** The last lines of what was said. */
  readonly because: string;
}
