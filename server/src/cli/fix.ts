import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { calledConversion, fixAll } from '../core/fix-all';
import { lint } from '../core/lint';
import type { FileChange, Safety } from '../core/rule';
import { unifiedDiff } from '../core/text/diff';
import { applyEdits } from '../core/text/edit';
import { EXIT } from './exit';
import { onRuleFailure } from './rule-failure';
import { collect, selectRules } from './rule-selection';
import { isAtLeast } from './severity';
import { type Source, Sources } from './sources';

interface FixOptions {
  readonly rule?: string[];
  readonly unsafe?: boolean;
  readonly dryRun?: boolean;
  readonly config?: string;
}

export function fixCommand(): Command {
  return new Command('fix')
    .description('apply every safe fix')
    .argument('[path...]', 'files, or folders to search')
    .option('--rule <id>', 'fix only what this rule finds (an id or an alias); may be repeated', collect)
    .option('--unsafe', 'apply also fixes and conversions that somebody should look at')
    .option('--dry-run', 'print a unified diff and write nothing')
    .option('--config <file>', 'use this config file in place of those beside the files')
    .action(fix);
}

async function fix(paths: string[], options: FixOptions): Promise<void> {
  const sources = new Sources(paths, { config: options.config, selection: selectRules(options.rule) });
  const safeties: readonly Safety[] = options.unsafe ? ['safe', 'unsafe'] : ['safe'];
  const fixed = await fixTogether(sources, safeties);
  for (const { path, before, after } of await sources.changes()) {
    if (options.dryRun) {
      process.stdout.write(unifiedDiff(path, before ?? '', after));
      continue;
    }
    await writeFile(resolve(sources.root, path), after);
    process.stdout.write(`${before === undefined ? 'created' : 'fixed'} ${path}\n`);
  }
  const left = await remaining(sources);
  if (!options.dryRun) process.stdout.write(`${fixed} fixed, ${left} left that need a person\n`);
  if (process.exitCode === undefined) process.exitCode = left > 0 ? EXIT.findings : EXIT.ok;
}

/** What is mended in one file may make something to mend in another; more passes than this and they fight each other. */
const MAX_PASSES = 10;

/** Fixes the files until none of them changes any more. @returns how many findings were resolved */
async function fixTogether(sources: Sources, safeties: readonly Safety[]): Promise<number> {
  let fixed = 0;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    let changed = 0;
    for await (const source of sources.ofPaths()) {
      changed += fixOne(sources, source, safeties);
    }
    fixed += changed;
    if (changed === 0) break;
  }
  return fixed;
}

/** One file: its fixes; where these have nothing left to do, the conversion that a finding calls for. */
function fixOne(sources: Sources, source: Source, safeties: readonly Safety[]): number {
  const { file, context, config } = source;
  const result = fixAll(file, context, { config, onRuleFailure }, safeties);
  if (result.text !== file.text) sources.change(file.path, result.text);
  for (const [path, text] of result.elsewhere) sources.change(path, text);
  for (const { path, text } of result.newFiles) sources.change(path, text);
  if (result.applied > 0 || !safeties.includes('unsafe')) return result.applied;
  const called = calledConversion(file, context, { config, onRuleFailure });
  if (!called) return 0;
  for (const change of called.offer.changes()) sources.change(change.path, textAfter(change, source));
  return 1;
}

function textAfter(change: FileChange, { file, context }: Source): string {
  if (change.kind === 'create') return change.text;
  const before = change.path === file.path ? file.text : context.workspace.texts.get(change.path);
  return applyEdits(before ?? '', change.edits);
}

/** Findings that would still fail a check. */
async function remaining(sources: Sources): Promise<number> {
  let left = 0;
  for await (const { file, context, config } of sources.ofPaths()) {
    left += lint(file, context, { config }).filter(it => isAtLeast(it.severity, 'warning')).length;
  }
  return left;
}
