/** What BusyBox's shell reads and Debian's `sh`, which is dash, does not; with how a sentence calls it. */
const ONLY_IN_ASH: readonly (readonly [pattern: Pick<RegExp, 'test'>, name: string])[] = [
  [/\bpipefail\b/, 'pipefail'],
  [/(^|[\s;&|(!])\[\[\s/, '[['],
  [/<<</, '<<<'],
  [/[<>]\(/, 'process substitution'],
  [/&>/, '&>'],
  [/(^|[\s;&|({=])\$'/, "$'…'"],
  [/(^|[\s;&|({])function\s+\w/, 'function'],
  [/\$\{\w+(\/|:\d|:\s|\^|,)/, 'substrings and replacements in ${ }'],
  [/(^|[\s;&|({])let\s/, 'let'],
  [{ test: comparesWithTwoSigns }, '== in [ ]'],
  [/(^|[\s;&|({])echo\s+-\w*e/, 'echo -e'],
];

/**
 * Names what a script uses of BusyBox's shell that dash does not know, or reads otherwise.
 * Source: https://manpages.debian.org/bookworm/dash/dash.1.en.html
 */
export function unknownToDash(script: string): string | undefined {
  return ONLY_IN_ASH.find(([pattern]) => pattern.test(script))?.[1];
}

function comparesWithTwoSigns(script: string): boolean {
  return script.split(/(?=\])|[\n;]/).some(part => {
    const opening = /(?:^|[\s&|({!])(?:\[|test)\s/.exec(part);
    return opening !== null && /\s==\s/.test(part.slice(opening.index + opening[0].length));
  });
}
