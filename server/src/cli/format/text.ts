import { SEVERITIES, type Severity } from '../../core/finding';
import { heaviestBlock } from './heaviest';
import type { Line } from './render';
import type { FileReport, Formatter, ReportedFinding } from './report';

const COLORS = { error: 'red', warning: 'yellow', info: 'cyan', hint: 'gray' } as const;

/** For people: the findings of each file, which weigh most, how many there are and what to do about them. */
export const formatText: Formatter = reports => {
  const found = reports.filter(it => it.findings.length > 0);
  const blocks = [...found.map(fileBlock), heaviestBlock(reports)].filter(block => block.length > 0);
  return { kind: 'lines', lines: [...blocks.flatMap(block => [...block, '']), summary(reports)] };
};

function fileBlock({ path, findings }: FileReport): Line[] {
  const rows = findings.map(finding => {
    const { line, character } = finding.range.start;
    return { place: `${line + 1}:${character + 1}`, finding };
  });
  const width = Math.max(...rows.map(row => row.place.length));
  const texts = rows.map(
    ({ place, finding }): Line => [
      `  ${place.padStart(width)}  `,
      { text: finding.severity.padEnd(7), style: COLORS[finding.severity] },
      `  ${finding.message}  `,
      { text: ruleAndFix(finding), style: 'dim' },
    ],
  );
  return [{ text: path, style: 'underline' }, ...texts];
}

function ruleAndFix(finding: ReportedFinding): string {
  const fix = finding.fixes[0];
  const remedy = fix ? (fix.safety === 'safe' ? ' (fix)' : ' (fix --unsafe)') : '';
  const conversion = finding.conversions?.[0];
  return `${finding.rule.meta.id}${remedy}${conversion ? ` (convert ${conversion})` : ''}`;
}

function summary(reports: readonly FileReport[]): string {
  const all = reports.flatMap(report => report.findings);
  const files = plural(reports.length, 'file');
  if (all.length === 0) return `${files} checked, no findings`;
  const counts = SEVERITIES.flatMap(severity => countOf(severity, all));
  const fixable = all.filter(finding => finding.fixes.some(fix => fix.safety === 'safe')).length;
  const remedy = fixable > 0 ? `; ${fixable} fixable with plimsoll fix` : '';
  return `${plural(all.length, 'finding')} in ${files} (${counts.join(', ')})${remedy}`;
}

function countOf(severity: Severity, all: readonly ReportedFinding[]): string[] {
  const count = all.filter(finding => finding.severity === severity).length;
  return count > 0 ? [plural(count, severity)] : [];
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
