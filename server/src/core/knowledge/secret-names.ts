import data from './secret-names.json';

/**
 * Words at the end of a variable's name that say its value is secret. A name is split at `_`, `-`, `.` and where a small
 * letter meets a capital: `githubApiToken` ends in `token`.
 */
export function isSecretEnding(words: string): boolean {
  return data.endings.some(ending => words === ending || words.endsWith(` ${ending}`));
}

/** True for a word in front of an ending that makes it public, or a switch. */
export function isOpenWord(word: string): boolean {
  return data.openWords.includes(word);
}

/** True for variables that bundlers write into what every browser gets. */
export function isBundled(name: string): boolean {
  return data.bundledPrefixes.some(prefix => name.startsWith(prefix));
}

/** True for a name that means something else though it ends like a secret. */
export function isNoSecret(name: string): boolean {
  return data.notSecret.includes(name);
}

/** True for a word behind an ending that leaves a name as secret as it is: `DB_PASSWORD_PROD`, `TOKEN_1`. */
export function isHarmlessSuffix(word: string): boolean {
  return data.harmlessSuffixes.includes(word);
}

/** True for a value that says itself that it opens nothing. @param value in small letters */
export function holdsPlaceholder(value: string): boolean {
  return data.placeholderWords.some(word => value.includes(word));
}

/** True for passwords that attackers try first: as they are known anyway, no history gives them away. */
export function isWellKnownPassword(value: string): boolean {
  return data.wellKnownPasswords.includes(value);
}
