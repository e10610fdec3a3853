import type { Fix, NewFile, Offer } from './finding';
import { type Choice, type ChosenFix, chooseFixes, textAfter, textsElsewhere } from './fix-choice';
import { conversions, type Diagnostic, type LintOptions, lint, parseFile } from './lint';
import { type ChangedTexts, withTexts } from './project/facts-after';
import type { Context, Conversion, Rule, SourceFile } from './rule';
import { movedBy } from './text/edit-offsets';
import { touches } from './text/span';

export interface Fixed {
  readonly text: string;
  readonly newFiles: readonly NewFile[];
  /** Files that were there before and have a new text now, by path; the checked file is not among them. */
  readonly elsewhere: ChangedTexts;
  /** How many findings were resolved. */
  readonly applied: number;
}

/**
 * Applies the first fix of every finding, again and again until nothing is left to fix. Fixes that touch the
 * same text wait for the next round, which sees what the earlier ones have done, in other files too. A file with a
 * problem is left as it is.
 *
 * A fix is taken back where its finding is there again afterwards, or where the file cannot be read any more. Where the
 * fixes of some rules never come to rest, none of theirs are made. So the result is at rest: fixing it changes nothing.
 * A file with a problem is left as it is.
 *
 * @param safeties `['safe']`, or both for `--unsafe`
 * @param mayChange whether a file may be changed or made; fixes that would do so with any other are left out
 */
export function fixAll(
  file: SourceFile,
  context: Context,
  options: LintOptions,
  safeties: readonly Fix['safety'][],
  mayChange: (path: string) => boolean = () => true,
): Fixed {
  if (file.problems.length > 0) return unchanged(file);
  const restless = new Set<Rule>();
  for (;;) {
    const run = new FixRun(file, context, options, { safeties, mayChange }, restless);
    const fixed = run.toRest();
    if (fixed && (restless.size === 0 || isAtRest(fixed))) return fixed;
    // Without these rules the file rests, but not once they are asked again.
    if (fixed) return unchanged(file);
    for (const rule of run.rulesAtWork) restless.add(rule);
  }

  function isAtRest(fixed: Fixed): boolean {
    const workspace = withTexts(context.workspace, changedTexts(fixed), file.path);
    const again = new FixRun(
      parseFile(file.language, file.path, fixed.text),
      { ...context, workspace },
      options,
      { safeties, mayChange },
      new Set(),
    ).toRest();
    return again === undefined || again.text === fixed.text;
  }
}

function unchanged({ text }: SourceFile): Fixed {
  return { text, newFiles: [], elsewhere: new Map(), applied: 0 };
}

function changedTexts({ newFiles, elsewhere }: Fixed): ChangedTexts {
  return new Map([...elsewhere, ...newFiles.map(it => [it.path, it.text] as const)]);
}

/** After this many rounds, and one more for each finding, fixes are taken to fight each other. Real files need two or three. */
const MOST_ROUNDS = 20;

/** A file that has grown by so many characters, and to twice its size, grows without end. */
const MOST_GROWTH = 20_000;

/** The checked file and the others as fixes have left them, with what is found then. */
interface State {
  readonly file: SourceFile;
  readonly others: ChangedTexts;
  readonly findings: readonly Diagnostic[];
}

class FixRun {
  /** The rules whose fixes were made last. */
  rulesAtWork: readonly Rule[] = [];
  private state: State;
  /** Findings of the current text whose fixes were tried and are of no use. */
  private useless = new Set<string>();
  private readonly choice: Choice;

  constructor(
    private readonly start: SourceFile,
    private readonly context: Context,
    private readonly options: LintOptions,
    choice: Omit<Choice, 'isUseless'>,
    restless: ReadonlySet<Rule>,
  ) {
    const isUseless = (finding: Diagnostic) =>
      restless.has(finding.rule) || this.useless.has(nameOf(finding, finding.at.start));
    this.choice = { ...choice, isUseless };
    this.state = this.look(start, new Map());
  }

  /** The file once no fix is left to make; undefined where that does not end. */
  toRest(): Fixed | undefined {
    const rounds = MOST_ROUNDS + this.state.findings.length;
    const seen = new Set([this.start.text]);
    let applied = 0;
    for (let round = 0; round < rounds; round++) {
      const chosen = this.nextFixes();
      if (!chosen) return { text: this.state.file.text, ...this.sortedOthers(), applied };
      applied += chosen.length;
      const { text } = this.state.file;
      const isLong =
        text.length > 2 * this.start.text.length && text.length > this.start.text.length + MOST_GROWTH;
      // Fixes of other files alone leave the text as it is.
      const isBack = seen.has(text) && chosen.some(it => it.fix.edits.length > 0);
      if (isLong || isBack) return undefined;
      seen.add(text);
    }
    return undefined;
  }

  /** Makes the next fixes that are of use; undefined where there are none. */
  private nextFixes(): readonly ChosenFix[] | undefined {
    for (;;) {
      const { file, others, findings } = this.state;
      const { texts } = withTexts(this.context.workspace, others, this.start.path);
      const chosen = chooseFixes(findings, file, texts, this.choice);
      if (chosen.length === 0) return undefined;
      const next = this.after(chosen, texts);
      const failed = next ? thereAgain(chosen, next.findings) : this.spoiling(chosen);
      if (!next || failed.length > 0) {
        for (const { finding } of failed) this.useless.add(nameOf(finding, finding.at.start));
        continue;
      }
      this.rulesAtWork = [...new Set(chosen.map(it => it.finding.rule))];
      this.state = next;
      // What was of no use to one text may be to another.
      this.useless = new Set();
      return chosen;
    }
  }

  /** The state after fixes; undefined where the file cannot be read then. */
  private after(chosen: readonly ChosenFix[], texts: ChangedTexts): State | undefined {
    const file = this.fileAfter(chosen);
    if (file.problems.length > 0) return undefined;
    return this.look(file, new Map([...this.state.others, ...textsElsewhere(chosen, texts)]));
  }

  private fileAfter(chosen: readonly ChosenFix[]): SourceFile {
    const { file } = this.state;
    return parseFile(file.language, file.path, textAfter(file, chosen));
  }

  /** Those fixes that by themselves leave a file that cannot be read; all of them where none does. */
  private spoiling(chosen: readonly ChosenFix[]): readonly ChosenFix[] {
    const alone = chosen.filter(one => this.fileAfter([one]).problems.length > 0);
    return alone.length > 0 ? alone : chosen;
  }

  private look(file: SourceFile, others: ChangedTexts): State {
    const workspace = withTexts(this.context.workspace, others, this.start.path);
    return { file, others, findings: lint(file, { ...this.context, workspace }, this.options) };
  }

  private sortedOthers(): Pick<Fixed, 'newFiles' | 'elsewhere'> {
    const { texts } = this.context.workspace;
    const all = [...this.state.others];
    return {
      newFiles: all.filter(([path]) => !texts.has(path)).map(([path, text]) => ({ path, text })),
      elsewhere: new Map(all.filter(([path]) => texts.has(path))),
    };
  }
}

/** A finding by what it says and where it begins. */
function nameOf({ rule, message }: Diagnostic, start: number): string {
  return `${rule.meta.id} ${start} ${message}`;
}

/** Those fixes after which their finding is there as it was before, at the same place. */
function thereAgain(chosen: readonly ChosenFix[], findings: readonly Diagnostic[]): ChosenFix[] {
  const edits = chosen.flatMap(it => it.fix.edits);
  const found = new Set(findings.map(finding => nameOf(finding, finding.at.start)));
  const moved = movedBy(edits);
  return chosen.filter(({ finding }) => {
    const { before, behind } = moved(finding.at.start);
    return found.has(nameOf(finding, before)) || found.has(nameOf(finding, behind));
  });
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
