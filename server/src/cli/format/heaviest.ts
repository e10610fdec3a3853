import { formatBytes } from '../../core/text/bytes';
import { visible } from '../../core/text/visible';
import type { FileReport, ReportedFinding } from './report';

const SHOWN = 5;

interface Weighed {
  readonly report: FileReport;
  readonly finding: ReportedFinding;
  readonly bytes: number;
}

/** The findings that weigh most, heaviest first, and all that have a size together; none where fewer than two have. */
export function heaviestBlock(reports: readonly FileReport[]): string[] {
  const weighed = reports.flatMap(report => report.findings.flatMap(finding => weigh(report, finding)));
  if (weighed.length < 2) return [];
  // Sorting keeps the order of files and lines among equals.
  const heaviest = weighed.toSorted((a, b) => b.bytes - a.bytes).slice(0, SHOWN);
  const rows = heaviest.map(row => ({ ...row, size: sizeOf(row), place: placeOf(row) }));
  const width = (texts: readonly string[]) => Math.max(...texts.map(text => text.length));
  const sizes = width(rows.map(row => row.size));
  const places = width(rows.map(row => row.place));
  const lines = rows.map(
    ({ size, place, finding }) =>
      `  ${size.padStart(sizes)}  ${place.padEnd(places)}  ${finding.rule.meta.id}`,
  );
  const total = formatBytes(weighed.reduce((sum, { bytes }) => sum + bytes, 0));
  return [titleOf(weighed), ...lines, `  ${weighed.length} findings with a size, up to ${total} together`];
}

function weigh(report: FileReport, finding: ReportedFinding): Weighed[] {
  const bytes = finding.evidence?.bytes ?? 0;
  return bytes > 0 ? [{ report, finding, bytes }] : [];
}

function titleOf(weighed: readonly Weighed[]): string {
  const estimated = weighed.some(({ finding }) => finding.evidence?.how === 'estimated');
  return estimated ? 'Heaviest first (~ is an estimate)' : 'Heaviest first';
}

/** An estimate is marked by `~`. */
function sizeOf({ finding, bytes }: Weighed): string {
  return `${finding.evidence?.how === 'estimated' ? '~' : ''}${formatBytes(bytes)}`;
}

function placeOf({ report, finding }: Weighed): string {
  // Widths are those of what is shown.
  return `${visible(report.path)}:${finding.range.start.line + 1}`;
}
