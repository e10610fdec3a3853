/** A form that tokens of one issuer have, and hardly anything else. */
export interface TokenForm {
  readonly form: RegExp;
  /** As a message names it: `a GitHub token`. */
  readonly what: string;
}

/**
 * Sources: https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns,
 * https://docs.gitlab.com/security/tokens/#token-prefixes,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes,
 * https://docs.stripe.com/keys, https://api.slack.com/concepts/token-types (2026-11)
 */
export const TOKEN_FORMS: readonly TokenForm[] = [
  { form: /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})/, what: 'a GitHub token' },
  { form: /\bgl(pat|dt|rt|cbt)-[\w-]{20,}/, what: 'a GitLab token' },
  { form: /\b(AKIA|ASIA)[0-9A-Z]{16}\b/, what: 'an AWS access key' },
  { form: /\bxox[abeprs]-[\w-]{10,}/, what: 'a Slack token' },
  { form: /\bsk-(ant-|proj-)?[\w-]{24,}/, what: 'the key of an AI service' },
  { form: /\b[sr]k_live_\w{16,}/, what: 'a Stripe key' },
  { form: /\bnpm_[A-Za-z0-9]{36}\b/, what: 'an npm token' },
  { form: /\bpypi-[\w-]{50,}/, what: 'a PyPI token' },
  { form: /\bdckr_(pat|oat)_[\w-]{20,}/, what: 'a Docker Hub token' },
  { form: /\bhf_[A-Za-z0-9]{30,}/, what: 'a Hugging Face token' },
  { form: /\bAIza[\w-]{35}\b/, what: 'a Google API key' },
  { form: /\bSG\.[\w-]{16,}\.[\w-]{16,}/, what: 'a SendGrid key' },
  { form: /-----BEGIN [A-Z ]*PRIVATE KEY-----/, what: 'a private key' },
];
