import {
  isBundled,
  isHarmlessSuffix,
  isNoSecret,
  isOpenWord,
  isSecretEnding,
} from '../../knowledge/secret-names';
import { oncePerText } from '../../text/once-per';

/** Names of variables, each of which is compared with many words, and most of which are the same at the next keystroke. */
const REMEMBERED_NAMES = 5000;

/**
 * True where the name of a variable says that its value is secret: `DB_PASSWORD`, `npmToken`, `SECRET_KEY_BASE`; not
 * `TOKEN_FILE`, `PASSWORD_MIN_LENGTH`, `STRIPE_PUBLISHABLE_KEY`, `TOKENIZERS_PARALLELISM`.
 */
export const isSecretName = oncePerText(REMEMBERED_NAMES, (name): boolean => {
  if (isNoSecret(name.toUpperCase())) return false;
  if (isBundled(name)) return false;
  const words = withoutSuffix(wordsOf(name));
  if (words.some(isOpenWord)) return false;
  return isSecretEnding(words.slice(-3).join(' '));
});

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[_.-]+/)
    .filter(word => word !== '');
}

function withoutSuffix(words: readonly string[]): string[] {
  const last = words.at(-1) ?? '';
  const isSuffix = words.length > 1 && (isHarmlessSuffix(last) || /^\d+$/.test(last));
  return isSuffix ? words.slice(0, -1) : [...words];
}
