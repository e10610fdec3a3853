import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { type Fixed, fixAll, lint, parseFile } from '../core/lint';
import type { Safety } from '../core/rule';
import { unifiedDiff } from '../core/text/diff';
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
    .option('--unsafe', 'apply also fixes that somebody should look at')
    .option('--dry-run', 'print a unified diff and write nothing')
    .option('--config <file>', 'use this config file in place of those beside the files')
    .action(fix);
}

interface Written {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

async function fix(paths: string[], options: FixOptions): Promise<void> {
  const sources = new Sources(paths, { config: options.config, selection: selectRules(options.rule) });
  const safeties: readonly Safety[] = options.unsafe ? ['safe', 'unsafe'] : ['safe'];
  const created = new Set<string>();
  let fixed = 0;
  let left = 0;
  for await (const source of sources.ofPaths()) {
    const result = fixAll(source.file, source.context, { config: source.config, onRuleFailure }, safeties);
    const changes = changesOf(source, result).filter(
      change => change.before !== '' || !created.has(change.path),
    );
    for (const change of changes) {
      created.add(change.path);
      await apply(change, sources, options);
    }
    fixed += result.applied;
    left += remaining(source, result, created);
  }
  if (!options.dryRun) process.stdout.write(`${fixed} fixed, ${left} left that need a person\n`);
  if (process.exitCode === undefined) process.exitCode = left > 0 ? EXIT.findings : EXIT.ok;
}

function changesOf({ file }: Source, { text, newFiles }: Fixed): Written[] {
  const own = { path: file.path, before: file.text, after: text };
  const made = newFiles.map(it => ({ path: it.path, before: '', after: it.text }));
  return [own, ...made].filter(change => change.before !== change.after);
}

async function apply({ path, before, after }: Written, sources: Sources, options: FixOptions): Promise<void> {
  if (options.dryRun) {
    process.stdout.write(unifiedDiff(path, before, after));
    return;
  }
  await writeFile(resolve(sources.root, path), after);
  sources.written(path);
  process.stdout.write(`${before === '' ? 'created' : 'fixed'} ${path}\n`);
}

/** Findings that would still fail a check: what the fixes resolved, also by making a file, does not count. */
function remaining(source: Source, result: Fixed, created: ReadonlySet<string>): number {
  const after = parseFile(source.file.language, source.file.path, result.text);
  return lint(after, source.context, { config: source.config }).filter(finding => {
    const makes = finding.fixes?.().flatMap(fix => fix.newFiles ?? []) ?? [];
    return isAtLeast(finding.severity, 'warning') && !makes.some(file => created.has(file.path));
  }).length;
}
