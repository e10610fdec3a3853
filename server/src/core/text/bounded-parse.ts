/** What is asked of a parser of a grammar. */
interface GrammarParser<Tree> {
  parse(text: string, old: null, options: { progressCallback: () => boolean }): Tree | null;
  reset(): void;
}

/**
 * The tree of a text, unless that takes more steps than any text that people write: where a grammar makes nothing of
 * what it reads, it tries ways to go on, and their number may grow with the square of the length.
 *
 * @param mostSteps a step is a hundred shifts and reductions, or attempts at them: some 0.1 ms, in broken scripts more
 * @returns undefined where it takes more
 */
export function parseWithin<Tree>(
  parser: GrammarParser<Tree>,
  text: string,
  mostSteps: number,
): Tree | undefined {
  let steps = 0;
  const tree = parser.parse(text, null, { progressCallback: () => ++steps > mostSteps });
  // Else the next text would be taken for the rest of this one.
  if (!tree) parser.reset();
  return tree ?? undefined;
}
