import { parseCompose } from './compose/parse';
import { type ActiveRule, activeRules, type Config, namesOf } from './config';
import { conversions as allConversions } from './conversions/catalog';
import { isSuppressed, suppressions } from './directives';
import { parseDockerfile } from './dockerfile/parse';
import {
  type Context,
  type Conversion,
  type Finding,
  type Fix,
  type NewFile,
  type NotOffered,
  type Offer,
  type Rule,
  SEVERITIES,
  type Severity,
  type SourceFile,
} from './rule';
import { rules as allRules } from './rules/catalog';
import { applyEdits, areDisjoint, type Edit } from './text/edit';

/** A finding with the word of the configuration on it. */
export interface Diagnostic extends Finding {
  readonly rule: Rule;
  readonly severity: Severity;
}

export interface LintOptions {
  readonly config: Config;
  /** The rules to choose from; the catalog where nothing is said. */
  readonly rules?: readonly Rule[];
  /** Told of a rule that threw; its findings are left out, the others' are there. */
  readonly onRuleFailure?: (ruleId: string, error: unknown) => void;
}

/** The model of a file; never fails. `loadGrammar` must have been awaited. @param path as facts name it */
export function parseFile(language: SourceFile['language'], path: string, text: string): SourceFile {
  return language === 'dockerfile' ? parseDockerfile(path, text) : parseCompose(path, text);
}

/** Runs the active rules over one file; findings come in file order, suppressed ones are left out. */
export function lint(file: SourceFile, context: Context, options: LintOptions): Diagnostic[] {
  const silenced = suppressions(file);
  const active = activeRules(options.config, options.rules ?? allRules);
  return active
    .filter(({ rule }) => rule.language === file.language)
    .flatMap(one => findingsOf(one, file, context, options))
    .filter(finding => !isSuppressed(finding.at, namesOf(finding.rule), silenced))
    .sort((a, b) => a.at.start - b.at.start || a.at.end - b.at.end);
}

function findingsOf(
  active: ActiveRule,
  file: SourceFile,
  context: Context,
  options: LintOptions,
): Diagnostic[] {
  const { rule, severity } = active;
  try {
    return [...rule.check(file, context, active.options)].map(finding => ({
      ...finding,
      rule,
      severity: milder(severity, finding.atMost),
    }));
  } catch (error) {
    options.onRuleFailure?.(rule.meta.id, error);
    return [];
  }
}

function milder(severity: Severity, atMost: Severity = severity): Severity {
  return SEVERITIES.indexOf(atMost) > SEVERITIES.indexOf(severity) ? atMost : severity;
}

export interface Fixed {
  readonly text: string;
  readonly newFiles: readonly NewFile[];
  /** How many findings were resolved. */
  readonly applied: number;
}

/** After this many rounds the fixes are taken to fight each other. Real files need two or three. */
const MAX_ROUNDS = 20;

/**
 * Applies the first fix of every finding, again and again until nothing is left to fix. Fixes that touch the
 * same text wait for the next round.
 *
 * @param safeties `['safe']`, or both for `--unsafe`
 */
export function fixAll(
  file: SourceFile,
  context: Context,
  options: LintOptions,
  safeties: readonly Fix['safety'][],
): Fixed {
  let current = file;
  let applied = 0;
  const newFiles = new Map<string, NewFile>();
  const seen = new Set([file.text]);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const chosen = chooseFixes(lint(current, context, options), safeties, newFiles);
    if (chosen.length === 0) break;
    const text = applyEdits(
      current.text,
      chosen.flatMap(fix => fix.edits),
    );
    for (const created of chosen.flatMap(fix => fix.newFiles ?? [])) newFiles.set(created.path, created);
    applied += chosen.length;
    if (text !== current.text && seen.has(text)) break;
    seen.add(text);
    current = parseFile(file.language, file.path, text);
  }
  return { text: current.text, newFiles: [...newFiles.values()], applied };
}

function chooseFixes(
  findings: readonly Diagnostic[],
  safeties: readonly Fix['safety'][],
  made: ReadonlyMap<string, NewFile>,
): Fix[] {
  const chosen: Fix[] = [];
  const edits: Edit[] = [];
  for (const finding of findings) {
    const fix = finding.fixes?.().find(candidate => safeties.includes(candidate.safety));
    if (!fix || !areDisjoint([...edits, ...fix.edits])) continue;
    const creates = (fix.newFiles ?? []).filter(file => !made.has(file.path));
    if (fix.edits.length === 0 && creates.length === 0) continue;
    edits.push(...fix.edits);
    chosen.push(fix);
  }
  return chosen;
}

export interface ConversionOffers {
  readonly conversion: Conversion;
  readonly offers: readonly Offer[];
  readonly declined: readonly NotOffered[];
}

/** Every conversion of the file's language, with where it is offered and why it is not elsewhere. */
export function conversions(
  file: SourceFile,
  context: Context,
  from: readonly Conversion[] = allConversions,
): ConversionOffers[] {
  return from
    .filter(conversion => conversion.language === file.language)
    .map(conversion => {
      const all = conversion.offers(file, context);
      return {
        conversion,
        offers: all.filter(it => it.kind === 'offer'),
        declined: all.filter(it => it.kind === 'not-offered'),
      };
    });
}
