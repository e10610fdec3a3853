import type { Dockerfile, Instruction } from './dockerfile/model';
import type { NotOffered } from './finding';
import { linesOf } from './text/lines';
import type { Span } from './text/span';

/** What an analysis found, or the reason that stands in the way. */
export type Outcome<Found> = Found | NotOffered;

/** A reason that stands in the way: one sentence without a full stop, and the line that it is about. */
export function decline(because: string, at?: Span): NotOffered {
  return at ? { kind: 'not-offered', because, at } : { kind: 'not-offered', because };
}

/** True where an analysis found a reason instead of what it was asked for. */
export function isDeclined(outcome: unknown): outcome is NotOffered {
  return (
    typeof outcome === 'object' && outcome !== null && (outcome as { kind?: unknown }).kind === 'not-offered'
  );
}

/** A reason that begins with the line it is about: `line 7 …`. */
export function declineAt(file: Dockerfile, instruction: Instruction, because: string): NotOffered {
  return decline(`line ${lineNumber(file.text, instruction.span.start)} ${because}`, instruction.span);
}

/** The number of the line as editors count it, from 1. */
export function lineNumber(text: string, offset: number): number {
  return linesOf(text).lineOf(offset) + 1;
}
