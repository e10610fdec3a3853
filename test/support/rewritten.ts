// What must hold of a rewritten project, whatever rewrote it: each check answers what is wrong, in words.
import { DEFAULT_CONFIG } from '../../server/src/core/config';
import type { FileChange } from '../../server/src/core/finding';
import { type LintOptions, lint } from '../../server/src/core/lint';
import { rules } from '../../server/src/core/rules/catalog';
import { applyEdits } from '../../server/src/core/text/edit';
import { type CaseFiles, type CaseImage, contextFor } from './facts';
import { parsed } from './parsed';

/** Every file after the changes. @throws RangeError where edits overlap */
export function filesAfter(files: CaseFiles, changes: readonly FileChange[]): CaseFiles {
  const changed = changes.map(change => [
    change.path,
    change.kind === 'create' ? change.text : applyEdits(files[change.path] ?? '', change.edits),
  ]);
  return { ...files, ...Object.fromEntries(changed) };
}

/** The paths of files that were changed or made. */
export function changedPaths(before: CaseFiles, after: CaseFiles): string[] {
  return Object.keys(after).filter(path => after[path] !== before[path]);
}

/** Instructions, heredocs and shell that cannot be read, though they could before. */
export function newProblems(before: CaseFiles, after: CaseFiles): string[] {
  return changedPaths(before, after).flatMap(path => {
    const known = problemsOf(path, before[path] ?? '');
    return problemsOf(path, after[path] ?? '')
      .slice(known.length)
      .map(problem => `${path} has a new problem: ${problem}`);
  });
}

function problemsOf(path: string, text: string): string[] {
  const file = parsed(path, text);
  if (!file) return [];
  const problems = file.problems.map(it => it.message);
  if (file.language !== 'dockerfile') return problems;
  const unread = file.instructions.flatMap(it => {
    if (it.kind === 'UNKNOWN') return [`${it.keyword.text} is no instruction`];
    const hasScript = it.kind === 'RUN' || it.kind === 'CMD' || it.kind === 'ENTRYPOINT';
    return hasScript && it.script.broken ? [`the shell of ${it.args.text} cannot be read`] : [];
  });
  return [...problems, ...unread];
}

/**
 * Grave findings that were not there before, by how many of a rule there are: errors, and in files that are not made
 * but changed also warnings of what is wrong or unsafe.
 */
export function newErrors(before: CaseFiles, after: CaseFiles, images: readonly CaseImage[]): string[] {
  const changed = changedPaths(before, after);
  const known = changed.flatMap(path => severeFindings(path, before, images));
  const found = changed
    .flatMap(path => severeFindings(path, after, images))
    .filter(it => it.severity === 'error' || it.path in before);
  // A new file may be a copy of one that stays.
  const staying = Object.keys(before)
    .filter(path => !changed.includes(path))
    .flatMap(path => severeFindings(path, before, images));
  return found
    .filter(one => !staying.some(it => it.rule === one.rule && it.message === one.message))
    .filter(({ rule }) => count(found, it => it.rule === rule) > count(known, it => it.rule === rule))
    .map(({ path, rule, message }) => `${path} has a new finding: ${rule}: ${message}`);
}

/** Who runs an image is compared as such: of some base images the rule does not know it, of their slim ones it does. */
const severeRules = rules.filter(
  ({ meta: { id, severity, category } }) =>
    severity === 'error' ||
    (severity === 'warning' && /^(correctness|security)$/.test(category) && id !== 'runs-as-root'),
);

function severeFindings(path: string, files: CaseFiles, images: readonly CaseImage[]) {
  const file = files[path] === undefined ? undefined : parsed(path, files[path]);
  if (!file) return [];
  return lint(file, contextFor(path, files, images), { ...everyRule, rules: severeRules })
    .filter(it => it.severity === 'error' || it.severity === 'warning')
    .map(({ rule, severity, message }) => ({ path, rule: rule.meta.id, severity, message }));
}

export const everyRule: LintOptions = { config: DEFAULT_CONFIG, onRuleFailure: rethrow };

function rethrow(rule: string, error: unknown): never {
  throw new Error(`${rule} threw`, { cause: error });
}

function count<Item>(items: readonly Item[], is: (item: Item) => boolean): number {
  return items.filter(is).length;
}

/** Comments that are gone. A file that takes a part over takes its comments along. */
export function lostComments(before: CaseFiles, after: CaseFiles): string[] {
  const changed = changedPaths(before, after);
  const known = changed.flatMap(path => commentsOf(path, before));
  const left = changed.flatMap(path => commentsOf(path, after));
  return [...new Set(known)]
    .filter(text => count(left, it => it === text) < count(known, it => it === text))
    .map(text => `a comment is lost: ${text}`);
}

function commentsOf(path: string, files: CaseFiles): string[] {
  const text = files[path];
  if (text === undefined) return [];
  const file = parsed(path, text);
  if (file) return file.comments.map(comment => comment.text.trim()).filter(Boolean);
  return (
    text
      .match(/^#.*$/gm)
      ?.map(line => line.slice(1).trim())
      .filter(Boolean) ?? []
  );
}

/** Lines that end otherwise than all lines of the file did. */
export function otherLineEnds(before: CaseFiles, after: CaseFiles): string[] {
  return changedPaths(before, after).flatMap(path => {
    const known = lineEnds(before[path] ?? '');
    const written = lineEnds(after[path] ?? '');
    const mixed = known.size === 1 && (written.size > 1 || [...written].some(it => !known.has(it)));
    return mixed ? [`${path} has other line ends than before`] : [];
  });
}

function lineEnds(text: string): Set<string> {
  return new Set(text.match(/\r?\n/g));
}

/** Edits without a reason, and edits that put back what they take away. */
export function needlessEdits(before: CaseFiles, changes: readonly FileChange[]): string[] {
  return changes.flatMap(change => {
    const { path } = change;
    if (change.kind === 'create')
      return isSentence(change.because) ? [] : [`${path}: no reason: ${change.because}`];
    if (change.edits.length === 0) return [`${path} is changed by no edit`];
    return change.edits.flatMap(({ span, newText, because }) => {
      const old = (before[path] ?? '').slice(span.start, span.end);
      const where = `${path}: ${JSON.stringify(old)} becomes ${JSON.stringify(newText)}`;
      if (!isSentence(because)) return [`${where} without a reason: ${because}`];
      if (old === newText) return [`${where}: no change`];
      const [first, last] = [sharedLines(old, newText), sharedLines(reversed(old), reversed(newText))];
      return first + last > 0 ? [`${where}: ${first + last} lines are rewritten as they were`] : [];
    });
  });
}

function reversed(text: string): string {
  const lines = text.split('\n');
  return (lines.at(-1) === '' ? lines.slice(0, -1) : lines)
    .reverse()
    .map(line => `${line}\n`)
    .join('');
}

/** Whole lines that both begin with; empty lines do not count. */
function sharedLines(one: string, other: string): number {
  const others = other.split('\n').slice(0, -1);
  const lines = one.split('\n').slice(0, -1);
  const differs = lines.findIndex((line, index) => line !== others[index]);
  return lines.slice(0, differs < 0 ? lines.length : differs).filter(line => line.trim() !== '').length;
}

function isSentence(text: string): boolean {
  return /^\S.*[^.\s]$/.test(text) && !/undefined|NaN|\[object|\$\{|\{\w+\}/.test(text);
}
