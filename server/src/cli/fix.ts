import { Command } from 'commander';
import type { Safety } from '../core/finding';
import { lint } from '../core/lint';
import { unifiedDiff } from '../core/text/diff';
import { fixTogether } from '../host/fix-together';
import type { Source, Sources } from '../host/sources';
import { engineOnDemand } from './engine-on-demand';
import { EXIT } from './exit';
import { lines } from './format/render';
import { holdingSignals } from './hold-signals';
import { openSources } from './open-sources';
import { print, printPatch } from './output';
import { onFileFailure, onLeftAlone, onRuleFailure } from './rule-failure';
import { collect, selectRules } from './rule-selection';
import { isAtLeast } from './severity';
import { writable, writeChanges } from './write-changes';

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
    .option('--unsafe', 'also apply fixes and conversions that need a review')
    .option('--dry-run', 'print a unified diff and write nothing')
    .option('--config <file>', 'use this config file instead of the ones next to the files')
    .option(
      '--daemon',
      'also ask the container engine, which knows the version behind an image without a tag',
    )
    .action(fix);
}

async function fix(paths: string[], options: FixOptions): Promise<void> {
  const sources = openSources(paths, {
    config: options.config,
    selection: selectRules(options.rule),
    ...(options.daemon ? { engine: engineOnDemand('layers') } : {}),
  });
  const safeties: readonly Safety[] = options.unsafe ? ['safe', 'unsafe'] : ['safe'];
  const fixed = await fixTogether(sources, {
    safeties,
    onRuleFailure,
    onLeftAlone,
    onFailure: onFileFailure,
  });
  if (options.dryRun) {
    for (const { path, before, after } of await writable(sources))
      printPatch(unifiedDiff(path, before ?? '', after));
    await end(sources);
    return;
  }
  const verbs = { existing: 'fixed', made: 'created' };
  if (!(await holdingSignals(signal => writeChanges(sources, verbs, signal)))) return;
  const left = await end(sources);
  print(lines(`${fixed} fixed, ${left} left to fix by hand`));
}

/** @returns how many findings are left that would still fail a check, which says how the command ends */
async function end(sources: Sources): Promise<number> {
  let left = 0;
  for await (const source of sources.ofPaths()) left += remaining(source);
  if (process.exitCode === undefined) process.exitCode = left > 0 ? EXIT.findings : EXIT.ok;
  return left;
}

function remaining({ file, context, config }: Source): number {
  try {
    return lint(file, context, { config }).filter(it => isAtLeast(it.severity, 'warning')).length;
  } catch (error) {
    onFileFailure(file.path, error);
    return 0;
  }
}
