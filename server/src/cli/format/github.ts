import type { Severity } from '../../core/rule';
import type { Formatter } from '../report';

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
  hint: 'notice',
};

/** Workflow commands, which GitHub shows as annotations of the changed lines. */
export const formatGithub: Formatter = reports =>
  reports
    .flatMap(({ file, lines, diagnostics }) =>
      diagnostics.map(finding => {
        const start = lines.at(finding.at.start);
        const end = lines.at(finding.at.end);
        const properties = [
          `file=${escapeProperty(file.path)}`,
          `line=${start.line + 1}`,
          `endLine=${end.line + 1}`,
          `col=${start.character + 1}`,
          `title=${escapeProperty(finding.rule.meta.id)}`,
        ];
        return `::${COMMANDS[finding.severity]} ${properties.join(',')}::${escapeData(finding.message)}\n`;
      }),
    )
    .join('');

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
