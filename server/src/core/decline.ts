import { OTHER_IMAGES, REASONS } from './reasons';
import { linesOf } from './text/lines';
import { shownSentence } from './text/shown-sentence';
import type { Span } from './text/span';

type Reasons = typeof REASONS;
export type ReasonCode = keyof Reasons;

/** The arguments that a sentence names in braces. */
type Holes<Sentence extends string> = Sentence extends `${string}{${infer Hole}}${infer Rest}`
  ? Hole | Holes<Rest>
  : never;
type ArgumentsOf<Code extends ReasonCode> = {
  readonly [Name in Holes<Reasons[Code]>]: string | number | Reason;
};
type Given<Code extends ReasonCode> = [Holes<Reasons[Code]>] extends [never]
  ? readonly [args?: Readonly<Record<string, never>>]
  : readonly [args: ArgumentsOf<Code>];
type Located<Code extends ReasonCode> = [Holes<Reasons[Code]>] extends [never]
  ? readonly [args?: Readonly<Record<string, never>>, at?: Span | undefined]
  : readonly [args: ArgumentsOf<Code>, at?: Span | undefined];

/** A code whose sentence has no arguments. */
export type PlainReasonCode = {
  [Code in ReasonCode]: [Holes<Reasons[Code]>] extends [never] ? Code : never;
}[ReasonCode];

/** A code that says only that the base image is of another language. */
export type OtherImageCode = keyof typeof OTHER_IMAGES;

/** A reason as data: the sentence is made of it by {@link reasonText}, where it is shown. */
export interface Reason {
  readonly code: ReasonCode;
  /** What the sentence names, by the names in braces. A reason in a reason is the sentence of that one. */
  readonly args: Readonly<Record<string, string | number | Reason>>;
}

/** Why a conversion is not offered. */
export interface NotOffered extends Reason {
  readonly kind: 'not-offered';
  /** What the reason is about, in UTF-16 offsets. */
  readonly at?: Span;
  /** The file that `at` is a place of, where the sentence begins with the number of its line. */
  readonly in?: Pick<SourceText, 'text'>;
}

interface SourceText {
  readonly text: string;
}

/** What an analysis found, or the reason why it declines. */
export type Outcome<Found> = Found | NotOffered;

export function reason<Code extends ReasonCode>(code: Code, ...[args]: Given<Code>): Reason {
  return { code, args: args ?? {} };
}

/** Declines with a reason that names no line; `at` is where it may be shown. */
export function decline<Code extends ReasonCode>(code: Code, ...[args, at]: Located<Code>): NotOffered {
  const found = { kind: 'not-offered', code, args: args ?? {} } as const;
  return at ? { ...found, at } : found;
}

/** Declines with a reason about one line: `line 7 …`. */
export function declineAt<Code extends ReasonCode>(
  file: SourceText,
  { span: at }: { readonly span: Span },
  code: Code,
  ...[args]: Given<Code>
): NotOffered {
  return { kind: 'not-offered', code, args: args ?? {}, at, in: file };
}

/** The same for a reason that is found by what does not know of the line. */
export function declineFor(
  file: SourceText,
  { span: at }: { readonly span: Span },
  { code, args }: Reason,
): NotOffered {
  return { kind: 'not-offered', code, args, at, in: file };
}

/** True where an analysis declines instead of finding what it was asked for. */
export function isDeclined(outcome: unknown): outcome is NotOffered {
  return (
    typeof outcome === 'object' && outcome !== null && (outcome as { kind?: unknown }).kind === 'not-offered'
  );
}

/** The sentence, without a full stop and with every character visible. */
export function reasonText(declined: Reason | NotOffered): string {
  const place = 'in' in declined && declined.in && declined.at;
  const line = place ? `line ${lineNumber(declined.in?.text ?? '', place.start)} ` : '';
  return shownSentence(line + sentenceOf(declined));
}

function sentenceOf({ code, args }: Reason): string {
  return REASONS[code].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = args[name] ?? '';
    return typeof value === 'object' ? sentenceOf(value) : String(value);
  });
}

/** The number of the line as editors count it, from 1. */
export function lineNumber(text: string, offset: number): number {
  return linesOf(text).lineOf(offset) + 1;
}

/** True where a conversion is for images of another language, so that nothing in the file stands in its way. */
export function isForOtherImage({ code }: Reason): boolean {
  return Object.hasOwn(OTHER_IMAGES, code);
}
