import { instructionsAt } from './dockerfile/instructions-at';
import type { Instruction } from './dockerfile/model';
import type { FileEdits, Fix, NewFile } from './finding';
import type { Diagnostic } from './lint';
import type { ChangedTexts } from './project/facts-after';
import type { Rule, SourceFile } from './rule';
import { applyEdits } from './text/edit';
import { TakenEdits } from './text/taken';

/** The fix that is to be made of a finding. */
export interface ChosenFix {
  readonly finding: Diagnostic;
  readonly fix: Fix;
}

/** What fixes may be chosen of. */
export interface Choice {
  /** `['safe']`, or both. */
  readonly safeties: readonly Fix['safety'][];
  /** Whether a file may be changed or made. */
  readonly mayChange: (path: string) => boolean;
  /** Whether the fix of a finding was found to be of no use. */
  readonly isUseless: (finding: Diagnostic) => boolean;
}

/**
 * The first fix of each finding that changes something, and nothing that a fix before it changes. What two rules do to
 * one instruction may be at odds even where their edits are apart (a cache mount, and a command that empties the
 * cache): the second one waits to see what the first has done.
 */
export function chooseFixes(
  findings: readonly Diagnostic[],
  file: SourceFile,
  texts: ChangedTexts,
  { safeties, mayChange, isUseless }: Choice,
): ChosenFix[] {
  const chosen: ChosenFix[] = [];
  const taken = new TakenFiles();
  const takenBy = new Map<Instruction, Rule>();
  for (const finding of findings) {
    if (isUseless(finding)) continue;
    const { rule } = finding;
    const fix = finding.fixes?.().find(candidate => safeties.includes(candidate.safety));
    if (!fix || !changesSomething(fix, texts)) continue;
    if (!pathsOf(fix, file.path).every(mayChange)) continue;
    const instructions = instructionsIn(file, fix);
    if (instructions.some(it => (takenBy.get(it) ?? rule) !== rule)) continue;
    const own = changesOf(fix, file.path);
    if (!own.every(change => taken.isFree(change))) continue;
    for (const instruction of instructions) takenBy.set(instruction, rule);
    for (const change of own) taken.take(change);
    chosen.push({ finding, fix });
  }
  return chosen;
}

/** The instructions of a Dockerfile that a fix changes something inside of. */
function instructionsIn(file: SourceFile, { edits }: Fix): Instruction[] {
  if (file.language !== 'dockerfile') return [];
  return edits.flatMap(({ span }) => instructionsAt(file.instructions, span));
}

function changesSomething(fix: Fix, texts: ChangedTexts): boolean {
  if (fix.edits.length > 0 || (fix.elsewhere ?? []).some(({ edits }) => edits.length > 0)) return true;
  return (fix.newFiles ?? []).some(file => texts.get(file.path) !== file.text);
}

/** The files that a fix changes or makes. */
function pathsOf(fix: Fix, path: string): string[] {
  return changesOf(fix, path).flatMap(change =>
    'edits' in change && change.edits.length === 0 ? [] : [change.path],
  );
}

/** What a fix does to one file: edits, or a whole new text. */
type Change = FileEdits | NewFile;

function changesOf(fix: Fix, path: string): Change[] {
  return [{ path, edits: fix.edits }, ...(fix.newFiles ?? []), ...(fix.elsewhere ?? [])];
}

/** What chosen fixes change, file by file. */
class TakenFiles {
  private readonly rewritten = new Set<string>();
  private readonly edited = new Map<string, TakenEdits>();

  isFree(change: Change): boolean {
    if (this.rewritten.has(change.path)) return false;
    const edits = this.edited.get(change.path);
    return edits === undefined || ('edits' in change && edits.areFree(change.edits));
  }

  take(change: Change): void {
    if (!('edits' in change)) {
      this.rewritten.add(change.path);
      return;
    }
    const edits = this.edited.get(change.path) ?? new TakenEdits();
    this.edited.set(change.path, edits);
    edits.take(change.edits);
  }
}

/** Texts of all files that fixes change, but for the checked one. */
export function textsElsewhere(chosen: readonly ChosenFix[], texts: ChangedTexts): Map<string, string> {
  const fixes = chosen.map(it => it.fix);
  const changed = new Map(fixes.flatMap(fix => fix.newFiles ?? []).map(({ path, text }) => [path, text]));
  const edited = fixes.flatMap(fix => fix.elsewhere ?? []);
  for (const path of new Set(edited.map(it => it.path))) {
    const edits = edited.filter(it => it.path === path).flatMap(it => it.edits);
    changed.set(path, applyEdits(texts.get(path) ?? '', edits));
  }
  return changed;
}

/** The text of the checked file once the fixes are made. */
export function textAfter({ text }: SourceFile, chosen: readonly ChosenFix[]): string {
  return applyEdits(
    text,
    chosen.flatMap(it => it.fix.edits),
  );
}
