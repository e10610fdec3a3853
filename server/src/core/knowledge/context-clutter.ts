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
    { pattern: '.git', usual: 'everywhere' },
    { pattern: '.gitignore' },
    { pattern: '.gitattributes' },
    { pattern: '.github' },
    { pattern: '.gitlab-ci.yml' },
    { pattern: '.hg' },
    { pattern: '.svn' },
  ),
  ...group(
    'installed packages',
    { pattern: '**/.venv', usual: 'python' },
    { pattern: '**/venv', usual: 'python' },
    { pattern: '**/node_modules', usual: 'node' },
  ),
  ...group(
    'caches and what a build makes anew',
    { pattern: '**/__pycache__', usual: 'python' },
    { pattern: '**/*.py[cod]', usual: 'python' },
    { pattern: '**/*.egg-info', usual: 'python' },
    { pattern: '**/.pytest_cache', usual: 'python' },
    { pattern: '**/.mypy_cache' },
    { pattern: '**/.ruff_cache' },
    { pattern: '.tox' },
    { pattern: '.nox' },
    { pattern: '.coverage' },
    { pattern: 'htmlcov', keptBy: 'named' },
    { pattern: '**/.ipynb_checkpoints' },
    { pattern: '**/npm-debug.log*', usual: 'node' },
    { pattern: '.next', keptBy: 'named' },
    { pattern: '.nuxt', keptBy: 'named' },
    { pattern: '.turbo' },
    { pattern: '.parcel-cache' },
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
    { pattern: '**/.env', usual: 'everywhere' },
    { pattern: '**/.env.*', usual: 'everywhere' },
    { pattern: '**/*.env', usual: 'everywhere' },
    { pattern: '**/*.pem', keptBy: 'named' },
    { pattern: '**/*.key', keptBy: 'named' },
    { pattern: '**/*.p12', keptBy: 'named' },
    { pattern: '**/*.pfx', keptBy: 'named' },
    { pattern: '**/id_rsa*' },
    { pattern: '**/id_ed25519*' },
    { pattern: '**/service-account*.json', keptBy: 'named' },
    { pattern: '.aws' },
    { pattern: '.ssh' },
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
    { pattern: '**/*.log', usual: 'everywhere' },
    { pattern: 'logs/*' },
    { pattern: 'log/*' },
    { pattern: 'tmp/*', keptBy: 'named' },
    { pattern: 'forensic/*', keptBy: 'named' },
    { pattern: 'backup/*', keptBy: 'named' },
    { pattern: 'backups/*', keptBy: 'named' },
    { pattern: 'dumps/*', keptBy: 'named' },
    { pattern: 'data/*', keptBy: 'unread-code' },
    { pattern: '*.sqlite', keptBy: 'unread-code' },
    { pattern: '*.sqlite3', keptBy: 'unread-code' },
    { pattern: '*.db', keptBy: 'unread-code' },
    { pattern: '**/*.sql.gz', keptBy: 'named' },
    { pattern: '**/*.dump', keptBy: 'named' },
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
