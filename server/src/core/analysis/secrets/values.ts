import { PLACEHOLDER_WORDS, WELL_KNOWN_PASSWORDS } from '../../knowledge/secret-names';
import { TOKEN_FORMS } from '../../knowledge/token-forms';

/** How much a value that is given to a secret gives away. */
export type Worth = 'nothing' | 'well-known' | 'secret';

/** Values of switches, and of secrets that are not set. */
const SWITCH = /^(|true|false|yes|no|on|off|\d|-1)$/i;
/** Paths, and references to a store of secrets. */
const REFERENCE =
  /^(\.{0,2}\/|~\/|[A-Za-z]:\\|arn:|op:\/\/|vault:|ssm:|secretsmanager:|file:|projects\/|<|\{\{|%|__)/;

/** @param value of a variable whose name says that it is secret, without expansions */
export function worthOf(value: string): Worth {
  if (SWITCH.test(value) || REFERENCE.test(value) || isPlaceholder(value)) return 'nothing';
  return WELL_KNOWN_PASSWORDS.includes(value.toLowerCase()) ? 'well-known' : 'secret';
}

function isPlaceholder(value: string): boolean {
  const lower = value.toLowerCase();
  return PLACEHOLDER_WORDS.some(word => lower.includes(word)) || /^(.)\1*$/.test(value);
}

/** What a text holds that is a secret whatever it is called, as a message names it: `a GitHub token`. */
export function secretInText(text: string): string | undefined {
  const known = remembered.get(text);
  if (known !== undefined) return known.what;
  if (remembered.size >= REMEMBERED_TEXTS) remembered.clear();
  const what = readSecret(text);
  remembered.set(text, { what });
  return what;
}

/** The words of a file are asked for at every keystroke, and each is compared with many forms. */
const remembered = new Map<string, { readonly what: string | undefined }>();
const REMEMBERED_TEXTS = 5000;

function readSecret(text: string): string | undefined {
  for (const { form, what } of TOKEN_FORMS) {
    const found = form.exec(text)?.[0];
    if (found !== undefined && !isPlaceholder(found)) return what;
  }
  return passwordInUrl(text) === 'secret' ? 'a URL with a password' : undefined;
}

const URL_WITH_PASSWORD = /[a-z0-9+.-]:\/\/([^\s:/@'"$]*):([^\s/@'"$]+)@([^\s:/'"$?]+)/i;
const OWN_MACHINE = /^(localhost|127\.|0\.0\.0\.0|::1)/;

/** What the password of a URL in the text is worth; undefined where none has one. */
export function passwordInUrl(text: string): Worth | undefined {
  const [, user = '', password = '', host = ''] = URL_WITH_PASSWORD.exec(text) ?? [];
  if (password === '') return undefined;
  if (/^x-(oauth-basic|access-token)$/.test(password)) return worthOf(user);
  // A database on the machine that builds, and a password that is the user's name, are stand-ins.
  if (OWN_MACHINE.test(host) || password === user) return 'nothing';
  return worthOf(password);
}

/** True for a value that only a machine makes up: long, with letters and digits mixed. */
export function looksRandom(value: string): boolean {
  return value.length >= 16 && /\d/.test(value) && /[A-Za-z]/.test(value) && worthOf(value) === 'secret';
}
