export type Stack = 'python' | 'node';

export type ClutterGroup =
  | 'version control'
  | 'installed packages'
  | 'caches and what a build makes anew'
  | 'editors and desktops'
  | 'secrets'
  | 'container files'
  | 'logs and data'
  | 'documentation and tests';

/** Something that lies about in a folder and that an image seldom needs. */
export interface Clutter {
  readonly group: ClutterGroup;
  /** The line of the ignore file. */
  readonly pattern: string;
  /** Written even where nothing matches: everywhere, or where this stack is used. Else only where it is there. */
  readonly usual?: 'everywhere' | Stack;
  /**
   * What keeps it in the context, beside a COPY that names it: a word of the build, the packaging metadata or the
   * code that names it (`named`), and also code that nobody could read (`unread-code`).
   */
  readonly keptBy?: 'named' | 'unread-code';
  /** Hardly any image wants it: also reported where an ignore file is there and lets it through. */
  readonly unwanted?: true;
}

function group(name: ClutterGroup, ...members: readonly Omit<Clutter, 'group'>[]): Clutter[] {
  return members.map(member => ({ ...member, group: name }));
}

/**
 * In the order in which an ignore file lists them. `folder/*` leaves the empty folder there, for programs that
 * write into it.
 *
 * Sources: https://docs.docker.com/build/concepts/context/#dockerignore-files,
 * https://github.com/github/gitignore (Python, Node)
 */
export const CONTEXT_CLUTTER: readonly Clutter[] = [
  ...group(
    'version control',
    { pattern: '.git', unwanted: true, usual: 'everywhere' },
    { pattern: '.gitignore' },
    { pattern: '.gitattributes' },
    { pattern: '.github' },
    { pattern: '.gitlab-ci.yml' },
    { pattern: '.hg', unwanted: true },
    { pattern: '.svn', unwanted: true },
  ),
  ...group(
    'installed packages',
    { pattern: '**/.venv', unwanted: true, usual: 'python' },
    { pattern: '**/venv', unwanted: true, usual: 'python' },
    { pattern: '**/node_modules', unwanted: true, usual: 'node' },
  ),
  ...group(
    'caches and what a build makes anew',
    { pattern: '**/__pycache__', unwanted: true, usual: 'python' },
    { pattern: '**/*.py[cod]', usual: 'python' },
    { pattern: '**/*.egg-info', usual: 'python' },
    { pattern: '**/.pytest_cache', unwanted: true, usual: 'python' },
    { pattern: '**/.mypy_cache', unwanted: true },
    { pattern: '**/.ruff_cache', unwanted: true },
    { pattern: '.tox', unwanted: true },
    { pattern: '.nox', unwanted: true },
    { pattern: '.coverage' },
    { pattern: 'htmlcov', unwanted: true, keptBy: 'named' },
    { pattern: '**/.ipynb_checkpoints', unwanted: true },
    { pattern: '**/npm-debug.log*', unwanted: true, usual: 'node' },
    { pattern: '.next', keptBy: 'named' },
    { pattern: '.nuxt', keptBy: 'named' },
    { pattern: '.turbo', unwanted: true },
    { pattern: '.parcel-cache', unwanted: true },
    { pattern: 'coverage', keptBy: 'named' },
    { pattern: 'dist', keptBy: 'unread-code' },
    { pattern: 'build', keptBy: 'unread-code' },
  ),
  ...group(
    'editors and desktops',
    { pattern: '.vscode' },
    { pattern: '.idea' },
    { pattern: '**/.DS_Store', usual: 'everywhere' },
    { pattern: '**/Thumbs.db' },
  ),
  ...group(
    'secrets',
    { pattern: '**/.env', unwanted: true, usual: 'everywhere' },
    { pattern: '**/.env.*', unwanted: true, usual: 'everywhere' },
    { pattern: '**/*.env', unwanted: true, usual: 'everywhere' },
    { pattern: '**/*.pem', unwanted: true, keptBy: 'named' },
    { pattern: '**/*.key', unwanted: true, keptBy: 'named' },
    { pattern: '**/*.p12', unwanted: true, keptBy: 'named' },
    { pattern: '**/*.pfx', unwanted: true, keptBy: 'named' },
    { pattern: '**/id_rsa*', unwanted: true },
    { pattern: '**/id_ed25519*', unwanted: true },
    { pattern: '**/id_ecdsa*', unwanted: true },
    { pattern: '**/*.ppk', unwanted: true, keptBy: 'named' },
    { pattern: '**/.netrc', unwanted: true },
    { pattern: '**/.pypirc', unwanted: true },
    { pattern: '**/.pgpass', unwanted: true },
    { pattern: '**/.git-credentials', unwanted: true },
    { pattern: '**/.vault-token', unwanted: true },
    { pattern: '**/*.tfstate*', unwanted: true, keptBy: 'named' },
    { pattern: '**/*.kdbx', unwanted: true },
    { pattern: '**/service-account*.json', unwanted: true, keptBy: 'named' },
    { pattern: '.aws', unwanted: true },
    { pattern: '.ssh', unwanted: true },
  ),
  ...group(
    'container files',
    { pattern: '**/Dockerfile*', usual: 'everywhere' },
    { pattern: '**/*.dockerignore', usual: 'everywhere' },
    { pattern: 'docker-compose*.yml' },
    { pattern: 'docker-compose*.yaml' },
    { pattern: 'compose*.yml' },
    { pattern: 'compose*.yaml' },
  ),
  ...group(
    'logs and data',
    { pattern: '**/*.log', unwanted: true, usual: 'everywhere' },
    { pattern: 'logs/*', unwanted: true },
    { pattern: 'log/*', unwanted: true },
    { pattern: 'tmp/*', keptBy: 'named' },
    { pattern: 'forensic/*', unwanted: true, keptBy: 'named' },
    { pattern: 'backup/*', unwanted: true, keptBy: 'named' },
    { pattern: 'backups/*', unwanted: true, keptBy: 'named' },
    { pattern: 'dumps/*', unwanted: true, keptBy: 'named' },
    { pattern: 'data/*', keptBy: 'unread-code' },
    { pattern: '*.sqlite', keptBy: 'unread-code' },
    { pattern: '*.sqlite3', keptBy: 'unread-code' },
    { pattern: '*.db', keptBy: 'unread-code' },
    { pattern: '**/*.sql.gz', unwanted: true, keptBy: 'named' },
    { pattern: '**/*.dump', unwanted: true, keptBy: 'named' },
  ),
  ...group(
    'documentation and tests',
    { pattern: 'docs', keptBy: 'named' },
    { pattern: 'doc', keptBy: 'named' },
    { pattern: 'tests', keptBy: 'named' },
    { pattern: 'test', keptBy: 'named' },
    { pattern: 'notebooks', keptBy: 'named' },
    { pattern: 'README*', keptBy: 'named' },
    { pattern: 'CHANGELOG*', keptBy: 'named' },
    { pattern: 'CONTRIBUTING*', keptBy: 'named' },
  ),
];
