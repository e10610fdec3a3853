import { version } from '../../../../package.json';
import type { Severity } from '../../core/finding';
import type { Rule } from '../../core/rule';
import { rules } from '../../core/rules/catalog';
import { pageTexts } from '../../core/rules/pages';
import type { FileReport, Formatter } from './report';

const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'note',
};

/** SARIF 2.1.0, as code-scanning services read it. */
export const formatSarif: Formatter = reports => {
  const run = {
    tool: { driver: { name: 'Plimsoll', semanticVersion: version, rules: rules.map(describeRule) } },
    columnKind: 'utf16CodeUnits',
    results: reports.flatMap(results),
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return { kind: 'json', value: log };
};

function describeRule({ meta }: Rule) {
  const { reports, why, fix } = pageTexts(meta.id);
  const help = [reports, why, fix].filter(text => text !== undefined).join('\n\n');
  return {
    id: meta.id,
    shortDescription: { text: meta.summary },
    help: { text: help, markdown: help },
    defaultConfiguration: { level: LEVELS[meta.severity] },
    properties: { category: meta.category, aliases: meta.aliases ?? [] },
  };
}

function results({ path, findings }: FileReport) {
  return findings.map(finding => {
    const { start, end } = finding.range;
    const region = {
      startLine: start.line + 1,
      startColumn: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    };
    return {
      ruleId: finding.rule.meta.id,
      ruleIndex: rules.indexOf(finding.rule),
      level: LEVELS[finding.severity],
      message: { text: finding.message },
      locations: [{ physicalLocation: { artifactLocation: { uri: encodeURI(path) }, region } }],
    };
  });
}
