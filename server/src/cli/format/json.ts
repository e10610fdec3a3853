import type { Formatter } from './report';

/** One object, as the command-line contract says; lines and characters are 0-based UTF-16. */
export const formatJson: Formatter = reports => {
  const files = reports.map(({ path, language, findings }) => ({
    path,
    language,
    diagnostics: findings.map(finding => ({
      rule: finding.rule.meta.id,
      aliases: finding.rule.meta.aliases ?? [],
      severity: finding.severity,
      message: finding.message,
      range: finding.range,
      fixes: finding.fixes,
      ...(finding.conversions ? { conversions: finding.conversions } : {}),
      ...(finding.evidence ? { evidence: finding.evidence } : {}),
    })),
  }));
  return { kind: 'json', value: { version: 1, files } };
};
