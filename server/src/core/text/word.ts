import type { Span } from './span';

/** One word of a command line, of an instruction's arguments, or of a YAML list. */
export interface Word {
  readonly span: Span;
  /** The value with its quotes and escapes removed; expansions are in it as written (`$HOME/x`). */
  readonly text: string;
  /** False where a variable or a substitution decides what the value is. */
  readonly literal: boolean;
}
