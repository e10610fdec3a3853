import { heldSecrets } from '../../knowledge/secret-files';

/** `.env.example` holds names, not values. */
const TEMPLATE =
  /[._-](example|sample|template|tmpl|tpl|dist|defaults?)$|^(example|sample|template|dist|defaults?)[._-]/i;
/** Certificates are public, whatever they are packed in. */
const PUBLIC =
  /\.pub$|(^|[._-])(ca|cacert|root|bundle|chain|fullchain|cert|certs|certificate|crt|public|pub)([._-]|\d|$)/i;
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
 */
export function secretIn(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (FOR_TESTS.test(path) || TEMPLATE.test(name)) return undefined;
  if (SECRET_FOLDER.test(path)) return PUBLIC_IN_FOLDER.test(path) ? undefined : 'keys or passwords';
  const holds = heldSecrets(name);
  return holds !== undefined && /key/.test(holds) && PUBLIC.test(name) ? undefined : holds;
}

/** True for a file that no image should hold; `.npmrc` and the like are not sure enough. */
export function isSecretFile(path: string): boolean {
  return secretIn(path) !== undefined && !SETTINGS.test(path.slice(path.lastIndexOf('/') + 1));
}
