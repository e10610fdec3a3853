import { InvalidArgumentError } from 'commander';
import { SEVERITIES, type Severity } from '../core/finding';

/** Reads a severity from the command line. */
export function parseSeverity(text: string): Severity {
  const severity = SEVERITIES.find(candidate => candidate === text);
  if (!severity) throw new InvalidArgumentError(`It must be one of ${SEVERITIES.join(', ')}.`);
  return severity;
}

/** True where `severity` is at least as severe as `threshold`. */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(threshold);
}
