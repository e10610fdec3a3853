/** What is asked of a parser of a grammar. */
interface GrammarParser<Tree> {
  parse(
    text: string,
    old: null,
    options: { progressCallback: (state: { hasError: boolean }) => boolean },
  ): Tree | null;
  reset(): void;
}

/**
 * How much a grammar may do for one text. A step is a hundred shifts and reductions, or attempts at them: some 0.03 ms,
 * and up to a hundred times that where the text is broken.
 */
interface StepLimits {
  readonly steps: number;
  /** Those behind the first error. */
  readonly broken: number;
}

/**
 * The tree of a text, unless that takes more steps than any text that people write: where a grammar makes nothing of
 * what it reads, it tries ways to go on, and their number may grow with the square of the length.
 *
 * @returns undefined where it takes more
 */
export function parseWithin<Tree>(
  parser: GrammarParser<Tree>,
  text: string,
  limits: StepLimits,
): Tree | undefined {
  let steps = 0;
  let broken = 0;
  const tree = parser.parse(text, null, {
    progressCallback: ({ hasError }) => {
      steps++;
      if (hasError) broken++;
      return steps > limits.steps || broken > limits.broken;
    },
  });
  // Else the next text would be taken for the rest of this one.
  if (!tree) parser.reset();
  return tree ?? undefined;
}
