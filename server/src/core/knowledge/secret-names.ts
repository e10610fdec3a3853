/**
 * Words at the end of a variable's name that say its value is secret. A name is split at `_`, `-`, `.` and where a small
 * letter meets a capital: `githubApiToken` ends in `token`.
 *
 * Sources: https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/, variables that
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html, https://docs.github.com/actions and the
 * official images of databases on Docker Hub take (2026-11)
 */
export const SECRET_ENDINGS: readonly string[] = [
  ...['password', 'passwd', 'pword', 'passphrase', 'pass', 'pwd', 'secret', 'token', 'apikey', 'credentials'],
  ...['api key', 'access key', 'secret key', 'private key', 'encryption key', 'signing key', 'master key'],
  ...['deploy key', 'ssh key', 'account key', 'service key', 'session key', 'app key', 'auth key', 'jwt key'],
  ...['secret key base', 'license key', 'credential', 'npm auth', 'registry auth', 'docker auth'],
];

/** Words in front of an ending that make it public, or a switch. */
export const OPEN_WORDS: readonly string[] = [
  ...['public', 'pub', 'publishable', 'anon', 'site', 'csrf', 'next', 'vite', 'expo', 'gatsby'],
  ...[
    'allow',
    'disable',
    'enable',
    'use',
    'no',
    'skip',
    'has',
    'require',
    'requires',
    'random',
    'max',
    'min',
    'num',
  ],
];

/** Prefixes of variables that bundlers write into what every browser gets. */
export const BUNDLED_PREFIXES: readonly string[] = ['REACT_APP_', 'VUE_APP_', 'PUBLIC_'];

/** Names that mean something else though they end like a secret. */
export const NO_SECRETS: readonly string[] = ['PWD', 'OLDPWD', 'PASS', 'TOKEN_TYPE', 'GPG_KEY', 'ASKPASS'];

/** Behind an ending, these leave a name as secret as it is: `DB_PASSWORD_PROD`, `TOKEN_1`. */
export const HARMLESS_SUFFIXES: readonly string[] = [
  'prod',
  'production',
  'staging',
  'stage',
  'dev',
  'test',
  'live',
  'default',
  'value',
];

/** Parts of values that say themselves that they open nothing. */
export const PLACEHOLDER_WORDS: readonly string[] = [
  ...[
    'changeme',
    'change-me',
    'change_me',
    'placeholder',
    'dummy',
    'example',
    'sample',
    'fake',
    'todo',
    'fixme',
  ],
  ...[
    'replace',
    'your-',
    'your_',
    'yourpassword',
    'insert',
    'not-set',
    'notset',
    'unset',
    'unused',
    'none',
    'null',
  ],
  ...[
    'undefined',
    'not-a-',
    'not_a_',
    'insecure',
    'xxx',
    '***',
    '...',
    'build-time',
    'buildtime',
    'only-for-build',
  ],
  ...['nothing', 'irrelevant', 'redacted', 'override', 'supersecret'],
];

/** Passwords that everybody tries first: as they are known anyway, no history gives them away. */
export const WELL_KNOWN_PASSWORDS: readonly string[] = [
  ...[
    'password',
    'passwd',
    'pass',
    'secret',
    'admin',
    'root',
    'postgres',
    'mysql',
    'mongo',
    'redis',
    'rabbitmq',
  ],
  ...[
    'guest',
    'test',
    'testing',
    'user',
    'foo',
    'bar',
    'foobar',
    'dev',
    'development',
    'local',
    'localhost',
    'build',
  ],
  ...[
    'docker',
    'token',
    'key',
    '1234',
    '12345',
    '123456',
    'minioadmin',
    'neo4j',
    'elastic',
    'app',
    'default',
    'debug',
  ],
];
