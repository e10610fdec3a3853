import type { FileChange, Safety } from '../core/finding';
import { calledConversion, type Fixed, fixAll } from '../core/fix-all';
import type { LintOptions } from '../core/lint';
import { ClosedFiles } from './closed-files';
import { encodingReason } from './decode-text';
import type { Source, Sources } from './sources';

export interface FixOptions {
  /** `['safe']`, or both, to include fixes that need a review. */
  readonly safeties: readonly Safety[];
  readonly onRuleFailure: NonNullable<LintOptions['onRuleFailure']>;
  /** Told once of each file that stays as it is though something would change it; `because` is a clause. */
  readonly onLeftAlone: (path: string, because: string) => void;
  /** Told of a file whose fixes could not be made; those of the others are. */
  readonly onFailure: (path: string, error: unknown) => void;
}

/** A fix in one file may cause a finding in another; more passes than this and they fight each other. */
const MAX_PASSES = 10;

/**
 * Fixes the files until none of them changes any more; with unsafe fixes also by the conversions that findings call
 * for. A file for which that fails stays as it is, and the others go on.
 *
 * @returns how many findings were resolved
 */
export async function fixTogether(sources: Sources, options: FixOptions): Promise<number> {
  const closed = new ClosedFiles(await sources.whereToWrite(), options.onLeftAlone);
  const failed = new Set<string>();
  let fixed = 0;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    let changed = 0;
    for await (const source of sources.ofPaths()) {
      const { path } = source.file;
      if (failed.has(path)) continue;
      try {
        changed += await fixOne(sources, source, closed, options);
      } catch (error) {
        failed.add(path);
        options.onFailure(path, error);
      }
    }
    fixed += changed;
    if (changed === 0) break;
  }
  return fixed;
}

/** One file: its fixes; where these have nothing left to do, the conversion that a finding calls for. */
async function fixOne(
  sources: Sources,
  source: Source,
  closed: ClosedFiles,
  options: FixOptions,
): Promise<number> {
  const { file, context, config, encodingProblem } = source;
  if (encodingProblem) {
    closed.close(file.path, encodingReason(encodingProblem));
    return 0;
  }
  const { safeties, onRuleFailure } = options;
  const { text, elsewhere, newFiles, applied } = await fixOpenFiles(sources, source, closed, options);
  if (text !== file.text) await sources.change(file.path, file.text, text);
  for (const [path, text] of elsewhere) await sources.change(path, context.workspace.texts.get(path), text);
  for (const { path, text } of newFiles) await sources.change(path, undefined, text);
  if (applied > 0 || !safeties.includes('unsafe')) return applied;
  const called = calledConversion(file, context, { config, onRuleFailure });
  if (!called) return 0;
  const changes = called.offer.changes();
  if (!(await areOpen(changes, sources, closed))) return 0;
  await sources.apply(source, changes);
  return 1;
}

/** Fixes by what can be written: each file that cannot makes another round, without the fixes that touch it. */
async function fixOpenFiles(
  sources: Sources,
  { file, context, config }: Source,
  closed: ClosedFiles,
  { safeties, onRuleFailure }: FixOptions,
): Promise<Fixed> {
  for (;;) {
    const mayChange = (path: string) => !closed.has(path);
    const fixed = fixAll(file, context, { config, onRuleFailure }, safeties, mayChange);
    const edited = [...(fixed.text === file.text ? [] : [file.path]), ...fixed.elsewhere.keys()];
    const changes = [
      ...edited.map(path => ({ kind: 'edit' as const, path })),
      ...fixed.newFiles.map(({ path }) => ({ kind: 'create' as const, path })),
    ];
    if (await areOpen(changes, sources, closed)) return fixed;
  }
}

async function areOpen(
  changes: readonly Pick<FileChange, 'kind' | 'path'>[],
  sources: Sources,
  closed: ClosedFiles,
): Promise<boolean> {
  let open = true;
  for (const { kind, path } of changes) {
    const isNew = kind === 'create' && !sources.isMade(path);
    open = (await closed.isOpen(path, isNew ? 'new' : 'known')) && open;
  }
  return open;
}
