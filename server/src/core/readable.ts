import { decline } from './decline';
import { instructionsAt } from './dockerfile/instructions-at';
import type { FileChange, Finding, Fix, NotOffered, Offer } from './finding';
import { keepsComments } from './kept-comments';
import { languageOf } from './project/language';
import type { WorkspaceFacts } from './project/workspace';
import { composeFileAt, dockerfileAt, pythonManifestAt } from './project/workspace-files';
import type { SourceFile } from './rule';
import { areDisjoint, type Edit } from './text/edit';
import { oncePer, onceWhileSame } from './text/once-per';
import type { Problem } from './text/problem';

/** Why a file is not rewritten, as a conversion gives it; undefined where it may be. */
export function whyUntouched({ path, problems }: SourceFile): NotOffered | undefined {
  const [problem] = problems;
  if (!problem) return undefined;
  return decline(...reasonOf(path.slice(path.lastIndexOf('/') + 1), problem), problem.span);
}

function reasonOf(name: string, { kind, message }: Problem) {
  const isError = kind === 'syntax' || kind === 'unknown-instruction';
  const args = { name: name || 'the file', problem: message };
  return [isError ? 'has-error' : 'not-read-as-a-whole', args] as const;
}

/**
 * A finding with those of its fixes that can be made: none of a file with a problem, none that would change another
 * file with a problem, none of a script that the shell's grammar cannot read, none that loses a comment, and none whose
 * edits overlap or lie outside of the text.
 */
export function withSoundFixes<Reported extends Finding>(
  finding: Reported,
  file: SourceFile,
  workspace: WorkspaceFacts,
): Reported {
  const { fixes, conversions, ...rest } = finding;
  if (file.problems.length > 0) return rest as unknown as Reported;
  if (!fixes) return finding;
  return { ...finding, fixes: () => fixes().filter(fix => isSound(fix, file, workspace)) };
}

/** One fix may be that of thousands of findings, with an edit for each. */
const isSound = onceWhileSame(canBeMade);

function canBeMade(fix: Fix, file: SourceFile, workspace: WorkspaceFacts): boolean {
  const { edits, elsewhere = [] } = fix;
  return (
    fits(edits, file.text) &&
    keepsComments(fix, file) &&
    !edits.some(edit => isInBrokenScript(file, edit)) &&
    elsewhere.every(other => {
      const known = workspace.texts.get(other.path);
      return known !== undefined && fits(other.edits, known) && !problemAt(workspace, other.path);
    })
  );
}

function fits(edits: readonly Edit[], text: string): boolean {
  const inside = ({ span: at }: Edit) => at.start >= 0 && at.start <= at.end && at.end <= text.length;
  return edits.every(inside) && areDisjoint(edits);
}

/** The shell's grammar does not read what is changed: what a rule takes it for may be wrong. */
function isInBrokenScript(file: SourceFile, { span: at }: Edit): boolean {
  if (file.language !== 'dockerfile') return false;
  return instructionsAt(file.instructions, at).some(
    instruction =>
      'script' in instruction &&
      instruction.script.broken &&
      at.end > instruction.argsSpan.start &&
      at.start < instruction.span.end,
  );
}

/** What is wrong with another file of the workspace; undefined where nothing is, or it is no file of ours. */
function problemAt(workspace: WorkspaceFacts, path: string): Problem | undefined {
  switch (languageOf(path)) {
    case 'dockerfile':
      return dockerfileAt(workspace, path)?.problems[0];
    case 'compose':
      return composeFileAt(workspace, path)?.problems[0];
    case 'python-manifest':
      return pythonManifestAt(workspace, path)?.problems[0];
    default:
      return undefined;
  }
}

/**
 * An offer, or why it is none: another file that it changes has a problem. Its changes are made only where some file has
 * one, and the files are read only for an offer that changes others.
 */
export function offerOrReason(offer: Offer | NotOffered, workspace: WorkspaceFacts): Offer | NotOffered {
  if (offer.kind === 'not-offered' || !offer.editsElsewhere) return offer;
  if (!hasUnreadable(workspace.texts, workspace)) return offer;
  const reason = offer.changes().flatMap(change => reasonAgainst(change, workspace))[0];
  return reason === undefined ? offer : decline(...reason, offer.at);
}

function reasonAgainst({ path, kind }: FileChange, workspace: WorkspaceFacts) {
  const problem = kind === 'edit' ? problemAt(workspace, path) : undefined;
  return problem ? [reasonOf(path, problem)] : [];
}

const hasUnreadable = oncePer((texts: WorkspaceFacts['texts'], workspace: WorkspaceFacts): boolean =>
  [...texts.keys()].some(path => problemAt(workspace, path) !== undefined),
);
