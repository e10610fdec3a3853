import {
  BUNDLED_PREFIXES,
  HARMLESS_SUFFIXES,
  NO_SECRETS,
  OPEN_WORDS,
  SECRET_ENDINGS,
} from '../../knowledge/secret-names';

/**
 * True where the name of a variable says that its value is secret: `DB_PASSWORD`, `npmToken`, `SECRET_KEY_BASE`; not
 * `TOKEN_FILE`, `PASSWORD_MIN_LENGTH`, `STRIPE_PUBLISHABLE_KEY`, `TOKENIZERS_PARALLELISM`.
 */
export function isSecretName(name: string): boolean {
  if (NO_SECRETS.includes(name.toUpperCase())) return false;
  if (BUNDLED_PREFIXES.some(prefix => name.startsWith(prefix))) return false;
  const words = withoutSuffix(wordsOf(name));
  if (words.some(word => OPEN_WORDS.includes(word))) return false;
  const end = words.slice(-3).join(' ');
  return SECRET_ENDINGS.some(ending => end === ending || end.endsWith(` ${ending}`));
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[_.-]+/)
    .filter(word => word !== '');
}

function withoutSuffix(words: readonly string[]): string[] {
  const last = words.at(-1) ?? '';
  const isSuffix = words.length > 1 && (HARMLESS_SUFFIXES.includes(last) || /^\d+$/.test(last));
  return isSuffix ? words.slice(0, -1) : [...words];
}
