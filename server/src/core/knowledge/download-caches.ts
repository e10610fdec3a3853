// Where package managers keep what they download, so that the next run of theirs need not fetch it again.
// Looked up in November 2026; every entry names its page.

export type DownloadingProgram =
  | 'apt'
  | 'bun'
  | 'cargo'
  | 'composer'
  | 'go'
  | 'gradle'
  | 'maven'
  | 'npm'
  | 'nuget'
  | 'pip'
  | 'pnpm'
  | 'uv'
  | 'yarn'
  | 'yarn-berry';

/** A folder that a program keeps downloads in. */
export interface CacheFolder {
  /**
   * Absolute; `~` stands for the home folder of who runs it. Absent where images that bring the program move it, so that
   * only a variable or the image's name tells.
   */
  readonly path?: string;
  /** Root's, where it is another one. */
  readonly ofRoot?: string;
  /** Variables that decide it, the first one that is set, with what comes below their value. */
  readonly variables: readonly { readonly name: string; readonly below: string }[];
  /** True where it holds what has been built of the packages, which a call can do without. */
  readonly builds?: boolean;
  /** Official images that have it elsewhere. */
  readonly images?: Readonly<Partial<Record<string, string>>>;
}

export interface DownloadCache {
  readonly folders: readonly CacheFolder[];
  /**
   * True where the program uses packages right where it has downloaded them to: every later call needs the same
   * folder, not only an install.
   */
  readonly inPlace: boolean;
  /** True where two runs at once would spoil it. */
  readonly locked: boolean;
  readonly source: string;
}

const XDG = 'XDG_CACHE_HOME';

function folder(path: string, ...variables: readonly (readonly [string, string])[]): CacheFolder {
  return { path, variables: variables.map(([name, below]) => ({ name, below })) };
}

export const DOWNLOAD_CACHES: Readonly<Record<DownloadingProgram, DownloadCache>> = {
  apt: {
    folders: [folder('/var/cache/apt'), folder('/var/lib/apt/lists')],
    inPlace: false,
    locked: true,
    source: 'https://docs.docker.com/reference/dockerfile/#example-cache-apt-packages',
  },
  bun: {
    folders: [
      folder('~/.bun/install/cache', ['BUN_INSTALL_CACHE_DIR', ''], ['BUN_INSTALL', '/install/cache']),
    ],
    inPlace: false,
    locked: false,
    source: 'https://bun.com/docs/pm/global-cache',
  },
  cargo: {
    folders: [
      {
        variables: [{ name: 'CARGO_HOME', below: '/registry' }],
        images: { rust: '/usr/local/cargo/registry' },
      },
      {
        variables: [{ name: 'CARGO_HOME', below: '/git/db' }],
        images: { rust: '/usr/local/cargo/git/db' },
      },
    ],
    inPlace: true,
    locked: false,
    source: 'https://doc.rust-lang.org/cargo/guide/cargo-home.html',
  },
  composer: {
    folders: [
      {
        variables: [
          { name: 'COMPOSER_CACHE_DIR', below: '' },
          { name: 'COMPOSER_HOME', below: '/cache' },
        ],
        images: { composer: '/tmp/cache' },
      },
    ],
    inPlace: false,
    locked: false,
    source: 'https://hub.docker.com/_/composer',
  },
  go: {
    folders: [
      {
        variables: [
          { name: 'GOMODCACHE', below: '' },
          { name: 'GOPATH', below: '/pkg/mod' },
        ],
        images: { golang: '/go/pkg/mod' },
      },
      { ...folder('~/.cache/go-build', ['GOCACHE', ''], [XDG, '/go-build']), builds: true },
    ],
    inPlace: true,
    locked: false,
    source: 'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
  },
  gradle: {
    folders: [
      { ...folder('~/.gradle', ['GRADLE_USER_HOME', '']), images: { gradle: '/home/gradle/.gradle' } },
    ],
    inPlace: true,
    locked: true,
    source: 'https://docs.gradle.org/current/userguide/directory_layout.html#dir:gradle_user_home',
  },
  maven: {
    folders: [folder('~/.m2/repository')],
    inPlace: true,
    locked: true,
    source: 'https://maven.apache.org/guides/mini/guide-configuring-maven.html',
  },
  npm: {
    folders: [folder('~/.npm', ['npm_config_cache', ''], ['NPM_CONFIG_CACHE', ''])],
    inPlace: false,
    locked: false,
    source: 'https://docs.npmjs.com/cli/v11/using-npm/config#cache',
  },
  nuget: {
    folders: [folder('~/.nuget/packages', ['NUGET_PACKAGES', ''])],
    inPlace: true,
    locked: false,
    source:
      'https://learn.microsoft.com/en-us/nuget/consume-packages/managing-the-global-packages-and-cache-folders',
  },
  pip: {
    folders: [folder('~/.cache/pip', ['PIP_CACHE_DIR', ''], [XDG, '/pip'])],
    inPlace: false,
    locked: false,
    source: 'https://pip.pypa.io/en/stable/topics/caching/',
  },
  pnpm: {
    folders: [folder('~/.local/share/pnpm/store', ['PNPM_HOME', '/store'], ['XDG_DATA_HOME', '/pnpm/store'])],
    inPlace: false,
    locked: false,
    source: 'https://pnpm.io/settings#storedir',
  },
  uv: {
    folders: [folder('~/.cache/uv', ['UV_CACHE_DIR', ''], [XDG, '/uv'])],
    inPlace: false,
    locked: false,
    source: 'https://docs.astral.sh/uv/concepts/cache/#cache-directory',
  },
  yarn: {
    folders: [
      {
        ...folder('~/.cache/yarn', ['YARN_CACHE_FOLDER', ''], [XDG, '/yarn']),
        // Beside the Node that runs it, which is in /usr/local in Node's own images.
        ofRoot: '/usr/local/share/.cache/yarn',
      },
    ],
    inPlace: false,
    locked: true,
    source: 'https://classic.yarnpkg.com/lang/en/docs/cli/cache/',
  },
  'yarn-berry': {
    folders: [folder('~/.yarn/berry/cache', ['YARN_GLOBAL_FOLDER', '/cache'])],
    inPlace: false,
    locked: true,
    source: 'https://yarnpkg.com/configuration/yarnrc#globalFolder',
  },
};
