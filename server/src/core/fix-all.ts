import type { Instruction } from './dockerfile/model';
import { conversions, type Diagnostic, type LintOptions, lint, parseFile } from './lint';
import { type ChangedTexts, withTexts } from './manifest/facts-after';
import type { Context, Conversion, FileEdits, Fix, NewFile, Offer, Rule, SourceFile } from './rule';
import { applyEdits, areDisjoint } from './text/edit';
import { touches } from './text/span';

export interface Fixed {
  readonly text: string;
  readonly newFiles: readonly NewFile[];
  /** Files that were there before and have a new text now, by path; the checked file is not among them. */
  readonly elsewhere: ChangedTexts;
  /** How many findings were resolved. */
  readonly applied: number;
}

/** After this many rounds the fixes are taken to fight each other. Real files need two or three. */
const MAX_ROUNDS = 20;

/**
 * Applies the first fix of every finding, again and again until nothing is left to fix. Fixes that touch the
 * same text wait for the next round, which sees what the earlier ones have done, in other files too. A file with a
 * problem is left as it is.
 *
 * @param safeties `['safe']`, or both for `--unsafe`
 */
export function fixAll(
  file: SourceFile,
  context: Context,
  options: LintOptions,
  safeties: readonly Fix['safety'][],
): Fixed {
  if (file.problems.length > 0) return { text: file.text, newFiles: [], elsewhere: new Map(), applied: 0 };
  let current = file;
  let applied = 0;
  let others: ChangedTexts = new Map();
  const seen = new Set([file.text]);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const workspace = withTexts(context.workspace, others, file.path);
    const findings = lint(current, { ...context, workspace }, options);
    const chosen = chooseFixes(findings, current, safeties, workspace.texts);
    if (chosen.length === 0) break;
    const text = applyEdits(
      current.text,
      chosen.flatMap(fix => fix.edits),
    );
    others = new Map([...others, ...textsElsewhere(chosen, workspace.texts)]);
    applied += chosen.length;
    if (text !== current.text && seen.has(text)) break;
    seen.add(text);
    current = parseFile(file.language, file.path, text);
  }
  return { text: current.text, ...sorted(others, context), applied };
}

function sorted(others: ChangedTexts, { workspace }: Context): Pick<Fixed, 'newFiles' | 'elsewhere'> {
  const all = [...others];
  return {
    newFiles: all.filter(([path]) => !workspace.texts.has(path)).map(([path, text]) => ({ path, text })),
    elsewhere: new Map(all.filter(([path]) => workspace.texts.has(path))),
  };
}

/**
 * The first fix of each finding that changes something, and nothing that a fix before it changes. What two rules do to
 * one instruction may be at odds even where their edits are apart (a cache mount, and a command that empties the
 * cache): the second one waits to see what the first has done.
 */
function chooseFixes(
  findings: readonly Diagnostic[],
  file: SourceFile,
  safeties: readonly Fix['safety'][],
  texts: ChangedTexts,
): Fix[] {
  const chosen: Fix[] = [];
  const takenBy = new Map<Instruction, Rule>();
  for (const { rule, fixes } of findings) {
    const fix = fixes?.().find(candidate => safeties.includes(candidate.safety));
    if (!fix || !changesSomething(fix, texts)) continue;
    const instructions = instructionsIn(file, fix);
    if (instructions.some(it => (takenBy.get(it) ?? rule) !== rule)) continue;
    const others = chosen.flatMap(other => changesOf(other, file.path));
    if (!changesOf(fix, file.path).every(change => isApart(change, others))) continue;
    for (const instruction of instructions) takenBy.set(instruction, rule);
    chosen.push(fix);
  }
  return chosen;
}

/** The instructions of a Dockerfile that a fix changes something inside of. */
function instructionsIn(file: SourceFile, { edits }: Fix): Instruction[] {
  if (file.language !== 'dockerfile') return [];
  return file.instructions.filter(({ span: at }) =>
    edits.some(({ span: changed }) => changed.start <= at.end && at.start < changed.end),
  );
}

function changesSomething(fix: Fix, texts: ChangedTexts): boolean {
  if (fix.edits.length > 0 || (fix.elsewhere ?? []).some(({ edits }) => edits.length > 0)) return true;
  return (fix.newFiles ?? []).some(file => texts.get(file.path) !== file.text);
}

/** What a fix does to one file: edits, or a whole new text. */
type Change = FileEdits | NewFile;

function changesOf(fix: Fix, path: string): Change[] {
  return [{ path, edits: fix.edits }, ...(fix.newFiles ?? []), ...(fix.elsewhere ?? [])];
}

function isApart(change: Change, others: readonly Change[]): boolean {
  return others.every(other => {
    if (other.path !== change.path) return true;
    if (!('edits' in other) || !('edits' in change)) return false;
    return areDisjoint([...other.edits, ...change.edits]);
  });
}

function textsElsewhere(fixes: readonly Fix[], texts: ChangedTexts): Map<string, string> {
  const changed = new Map(fixes.flatMap(fix => fix.newFiles ?? []).map(({ path, text }) => [path, text]));
  const edited = fixes.flatMap(fix => fix.elsewhere ?? []);
  for (const path of new Set(edited.map(it => it.path))) {
    const edits = edited.filter(it => it.path === path).flatMap(it => it.edits);
    changed.set(path, applyEdits(texts.get(path) ?? '', edits));
  }
  return changed;
}

/** A whole-file rewrite that a finding calls for. */
export interface CalledConversion {
  readonly conversion: Conversion;
  readonly offer: Offer;
}

/** The conversion of the first finding that names one which is offered here; undefined where none does. */
export function calledConversion(
  file: SourceFile,
  context: Context,
  options: LintOptions,
): CalledConversion | undefined {
  const callers = lint(file, context, options).filter(finding => finding.conversions?.length);
  if (callers.length === 0) return undefined;
  const offered = conversions(file, context);
  for (const { at, conversions: wanted = [] } of callers) {
    for (const id of wanted) {
      const found = offered.find(it => it.conversion.meta.id === id);
      if (!found) continue;
      const { conversion, offers } = found;
      const offer = offers.find(it => touches(it.at, at)) ?? offers[0];
      if (offer) return { conversion, offer };
    }
  }
  return undefined;
}
