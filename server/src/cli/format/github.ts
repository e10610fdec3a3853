import type { Severity } from '../../core/finding';
import type { WorkflowCommand } from './render';
import type { Formatter } from './report';

const COMMANDS: Readonly<Record<Severity, WorkflowCommand['name']>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
  hint: 'notice',
};

/** Workflow commands, which GitHub shows as annotations of the changed lines. */
export const formatGithub: Formatter = reports => ({
  kind: 'commands',
  commands: reports.flatMap(({ path, findings }) =>
    findings.map(finding => {
      const { start, end } = finding.range;
      return {
        name: COMMANDS[finding.severity],
        properties: {
          file: path,
          line: start.line + 1,
          endLine: end.line + 1,
          col: start.character + 1,
          title: finding.rule.meta.id,
        },
        message: finding.message,
      };
    }),
  ),
});
