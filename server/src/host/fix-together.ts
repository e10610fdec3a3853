import { calledConversion, fixAll } from '../core/fix-all';
import type { LintOptions } from '../core/lint';
import type { Safety } from '../core/rule';
import type { Source, Sources } from './sources';

export interface FixOptions {
  /** `['safe']`, or both for what somebody should look at too. */
  readonly safeties: readonly Safety[];
  readonly onRuleFailure: NonNullable<LintOptions['onRuleFailure']>;
}

/** What is mended in one file may make something to mend in another; more passes than this and they fight each other. */
const MAX_PASSES = 10;

/**
 * Fixes the files until none of them changes any more; with unsafe fixes also by the conversions that findings call
 * for.
 *
 * @returns how many findings were resolved
 */
export async function fixTogether(sources: Sources, options: FixOptions): Promise<number> {
  let fixed = 0;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    let changed = 0;
    for await (const source of sources.ofPaths()) {
      changed += fixOne(sources, source, options);
    }
    fixed += changed;
    if (changed === 0) break;
  }
  return fixed;
}

/** One file: its fixes; where these have nothing left to do, the conversion that a finding calls for. */
function fixOne(sources: Sources, source: Source, { safeties, onRuleFailure }: FixOptions): number {
  const { file, context, config } = source;
  const result = fixAll(file, context, { config, onRuleFailure }, safeties);
  if (result.text !== file.text) sources.change(file.path, result.text);
  for (const [path, text] of result.elsewhere) sources.change(path, text);
  for (const { path, text } of result.newFiles) sources.change(path, text);
  if (result.applied > 0 || !safeties.includes('unsafe')) return result.applied;
  const called = calledConversion(file, context, { config, onRuleFailure });
  if (!called) return 0;
  sources.apply(source, called.offer.changes());
  return 1;
}
