import { heldSecrets } from '../../knowledge/secret-files';
import { isSecretName } from './names';
import { secretInText } from './values';

/** `.env.example` holds names, not values: in English and in the languages next to it. */
const TEMPLATE =
  /[._-](example|sample|template|tmpl|tpl|dist|defaults?|exemple|exemplo|ejemplo|esempio|beispiel|vorlage)$|^(example|sample|template|dist|defaults?|exemple|exemplo|ejemplo|esempio|beispiel|vorlage)[._-]/i;
/** Certificates, parameters and the keys that packages are checked with are public, whatever they are packed in. */
const PUBLIC =
  /\.pub$|(^|[._-])(ca|cacert|root|bundle|chain|fullchain|cert|certs|certificate|crt|public|pub|csr|dh|dhparams?|dh\d+|gpg|pgp|apt|rpm|apk|yum|repo|repository|archive|keyring|verify)([._-]|\d|$)/i;
/** Settings that most projects keep in version control: of a registry, or of a frontend, without a token. */
const SETTINGS = /^\.(npmrc|env\.(prod(uction)?|dev(elopment)?|staging|test(ing)?))$/;
/** Keys that tests sign with open nothing. */
const FOR_TESTS = /(^|\/)(tests?|__tests__|spec|fixtures?|testdata|mocks?|examples?|samples?|docs?)\//i;
/** What `/root/.aws` and the like hold. */
const SECRET_FOLDER = /(^|\/)\.(ssh|aws|gnupg|azure|kube)\/[^/]+$/;
const PUBLIC_IN_FOLDER = /\/(known_hosts|authorized_keys|config)$|\.pub$/;

/**
 * What a file of this name holds, as a message says it; undefined for a file that is no secret, or a template of one.
 *
 * @param path POSIX
 * @param text what is in the file, where that is known: it decides, whatever the file is called
 */
export function secretIn(path: string, text?: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (FOR_TESTS.test(path) || TEMPLATE.test(name)) return undefined;
  if (SECRET_FOLDER.test(path)) return PUBLIC_IN_FOLDER.test(path) ? undefined : 'keys or passwords';
  const holds = heldSecrets(name);
  if (holds === undefined || (text !== undefined && isOpen(name, text))) return undefined;
  return /key/.test(holds) && !/PRIVATE KEY/.test(text ?? '') && PUBLIC.test(wordsApart(name))
    ? undefined
    : holds;
}

/** `AmazonRootCA1.pem` as `Amazon-Root-CA1.pem`. */
function wordsApart(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1-$2');
}

/** True where the text of a file shows that it holds no secret: settings without one, a key that everybody may have. */
function isOpen(name: string, text: string): boolean {
  if (/^\.env(\.|$)|\.env$/i.test(name)) return !text.split('\n').some(holdsSecret);
  return /^-----BEGIN /m.test(text) && !/^-----BEGIN [A-Z0-9 ]*PRIVATE KEY/m.test(text);
}

const SETTING = /^(?:export[ \t]+)?([\w.-]+)[ \t]*[=:](.*)$/;

function holdsSecret(line: string): boolean {
  const [, name = '', written = ''] = SETTING.exec(line.trim()) ?? [];
  const value = written.trim().replace(/^(["'])(.*)\1$/, '$2');
  return secretInText(line) !== undefined || (isSecretName(name) && !HOLDS_NO_SECRET.test(value));
}

/** Nothing, a switch, a reference to what is set elsewhere, a path. Whatever else such a file is given is meant to be one. */
const HOLDS_NO_SECRET = /^(|true|false|yes|no|on|off|\$.*|\.{0,2}\/.*)$/i;

/** True for a file that no image should hold; `.npmrc` and the like are not sure enough. */
export function isSecretFile(path: string, text?: string): boolean {
  if (secretIn(path, text) === undefined) return false;
  return text !== undefined || !SETTINGS.test(path.slice(path.lastIndexOf('/') + 1));
}
