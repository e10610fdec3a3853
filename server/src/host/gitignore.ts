import ignore, { type Ignore } from 'ignore';

/** No path on a disk is longer, in bytes (`PATH_MAX`), and the library cannot make an expression of tens of thousands. */
const LONGEST_PATTERN = 4096;
/** The library tries every way to share the folders of a path out among the `**` before them: a square with two. */
const MOST_FOLDER_WILDCARDS = 2;

/** The rules of a `.gitignore` file. A line that could take its time with every path is passed over: it ignores nothing. */
export function readGitignore(text: string): Ignore {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  return ignore().add(lines.filter(isQuick).join('\n'));
}

function isQuick(line: string): boolean {
  return line.length <= LONGEST_PATTERN && line.split('**/').length - 1 <= MOST_FOLDER_WILDCARDS;
}
