import { Command, Option } from 'commander';
import { conversions as catalog } from '../core/conversions/catalog';
import type { Severity } from '../core/finding';
import { conversions, type Diagnostic, lint } from '../core/lint';
import type { Context, SourceFile } from '../core/rule';
import type { Source, SourceOptions, Sources } from '../host/sources';
import { engineOnDemand } from './engine-on-demand';
import { EXIT, Misuse } from './exit';
import { formatGithub } from './format/github';
import { formatJson } from './format/json';
import { type FileReport, type Formatter, fileReport } from './format/report';
import { formatSarif } from './format/sarif';
import { formatText } from './format/text';
import { openSources, readStandardInput } from './open-sources';
import { print } from './output';
import { onRuleFailure } from './rule-failure';
import { collect, selectRules } from './rule-selection';
import { isAtLeast, parseSeverity } from './severity';

/** By what `--format` calls them, in the order of the help. */
const FORMATTERS = {
  text: formatText,
  json: formatJson,
  sarif: formatSarif,
  github: formatGithub,
} satisfies Record<string, Formatter>;

interface CheckOptions {
  readonly format: keyof typeof FORMATTERS;
  readonly rule?: string[];
  readonly minSeverity: Severity;
  readonly failOn: Severity;
  readonly stdin?: boolean;
  readonly stdinFilename: string;
  readonly config?: string;
  readonly daemon?: boolean;
  readonly imageContents?: boolean;
}

export function checkCommand(): Command {
  return new Command('check')
    .description('report what is wrong in Dockerfiles and Compose files')
    .argument('[path...]', 'files, or folders to search; - reads standard input')
    .addOption(new Option('--format <format>').choices(Object.keys(FORMATTERS)).default('text'))
    .option('--rule <id>', 'run only this rule (an id or an alias); may be repeated', collect)
    .option('--min-severity <severity>', 'leave out findings of a lower severity', parseSeverity, 'hint')
    .option('--fail-on <severity>', 'exit 1 at findings of this severity or higher', parseSeverity, 'warning')
    .option('--stdin', 'read one file from standard input')
    .option('--stdin-filename <name>', 'the name of the file on standard input', 'Dockerfile')
    .option('--config <file>', 'use this config file instead of the ones next to the files')
    .option('--daemon', 'ask the container engine for the layers of the images built from these files')
    .option(
      '--image-contents',
      'like --daemon, and measure packages and caches inside those images: takes seconds for each GB',
    )
    .action(check);
}

async function check(paths: string[], options: CheckOptions): Promise<void> {
  const files = paths.filter(path => path !== '-');
  const sources = openSources(files, {
    config: options.config,
    selection: selectRules(options.rule),
    ...engineOf(options),
  });
  const reports: FileReport[] = [];
  for await (const source of chosen(paths, options, sources)) reports.push(checkOne(source, options));
  print(FORMATTERS[options.format](reports));
  const fails = reports.flatMap(it => it.findings).some(it => isAtLeast(it.severity, options.failOn));
  if (process.exitCode === undefined) process.exitCode = fails ? EXIT.findings : EXIT.ok;
}

function engineOf({ daemon, imageContents }: CheckOptions): Pick<SourceOptions, 'engine'> {
  if (imageContents) return { engine: engineOnDemand('contents') };
  return daemon ? { engine: engineOnDemand('layers') } : {};
}

async function* chosen(
  paths: readonly string[],
  options: CheckOptions,
  sources: Sources,
): AsyncGenerator<Source> {
  if (!options.stdin && !paths.includes('-')) {
    yield* sources.ofPaths();
    return;
  }
  if (paths.some(path => path !== '-'))
    throw new Misuse('standard input and PATH arguments cannot be checked together');
  yield await sources.ofText(await readStandardInput(), options.stdinFilename);
}

function checkOne({ file, context, config }: Source, { minSeverity }: CheckOptions): FileReport {
  const findings = lint(file, context, { config, onRuleFailure });
  const shown = findings.filter(finding => isAtLeast(finding.severity, minSeverity));
  return fileReport(file, withOffered(shown, file, context));
}

/** Names of the conversions that take a finding away those alone that are offered here. */
function withOffered(
  findings: readonly Diagnostic[],
  file: SourceFile,
  context: Context,
): readonly Diagnostic[] {
  const wanted = new Set(findings.flatMap(it => it.conversions ?? []));
  if (wanted.size === 0) return findings;
  const named = catalog.filter(it => wanted.has(it.meta.id));
  const offered = new Set(
    conversions(file, context, named).flatMap(it => (it.offers.length > 0 ? [it.conversion.meta.id] : [])),
  );
  return findings.map(finding =>
    finding.conversions
      ? { ...finding, conversions: finding.conversions.filter(id => offered.has(id)) }
      : finding,
  );
}
