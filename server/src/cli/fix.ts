import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { lint } from '../core/lint';
import type { Safety } from '../core/rule';
import { unifiedDiff } from '../core/text/diff';
import { fixTogether } from '../host/fix-together';
import type { Sources } from '../host/sources';
import { engineOnDemand } from './engine-on-demand';
import { EXIT } from './exit';
import { openSources } from './open-sources';
import { print, printPatch } from './output';
import { lines } from './render';
import { onRuleFailure } from './rule-failure';
import { collect, selectRules } from './rule-selection';
import { isAtLeast } from './severity';

interface FixOptions {
  readonly rule?: string[];
  readonly unsafe?: boolean;
  readonly dryRun?: boolean;
  readonly config?: string;
  readonly daemon?: boolean;
}

export function fixCommand(): Command {
  return new Command('fix')
    .description('apply every safe fix')
    .argument('[path...]', 'files, or folders to search')
    .option('--rule <id>', 'fix only what this rule finds (an id or an alias); may be repeated', collect)
    .option('--unsafe', 'apply also fixes and conversions that somebody should look at')
    .option('--dry-run', 'print a unified diff and write nothing')
    .option('--config <file>', 'use this config file in place of those beside the files')
    .option('--daemon', 'ask the container engine too: it knows which version an image without one is')
    .action(fix);
}

async function fix(paths: string[], options: FixOptions): Promise<void> {
  const sources = openSources(paths, {
    config: options.config,
    selection: selectRules(options.rule),
    ...(options.daemon ? { engine: engineOnDemand('layers') } : {}),
  });
  const safeties: readonly Safety[] = options.unsafe ? ['safe', 'unsafe'] : ['safe'];
  const fixed = await fixTogether(sources, { safeties, onRuleFailure });
  for (const { path, before, after } of await sources.changes()) {
    if (options.dryRun) {
      printPatch(unifiedDiff(path, before ?? '', after));
      continue;
    }
    await writeFile(resolve(sources.root, path), after);
    print(lines(`${before === undefined ? 'created' : 'fixed'} ${path}`));
  }
  const left = await remaining(sources);
  if (!options.dryRun) print(lines(`${fixed} fixed, ${left} left that need a person`));
  if (process.exitCode === undefined) process.exitCode = left > 0 ? EXIT.findings : EXIT.ok;
}

/** Findings that would still fail a check. */
async function remaining(sources: Sources): Promise<number> {
  let left = 0;
  for await (const { file, context, config } of sources.ofPaths()) {
    left += lint(file, context, { config }).filter(it => isAtLeast(it.severity, 'warning')).length;
  }
  return left;
}
