/** A program that keeps what it installs or downloads below the home directory of who calls it. */
export interface HomeStore {
  /** As it is called, or as `python -m` names it. */
  readonly program: string;
  /** The word behind it, where only some of its commands fill the home directory. */
  readonly verb?: RegExp;
  /** Options that name another place. */
  readonly options: readonly string[];
  /** Variables that name another place. */
  readonly variables: readonly string[];
}

/**
 * Sources: https://playwright.dev/docs/browsers#managing-browser-binaries, https://www.nltk.org/data.html,
 * https://pptr.dev/guides/configuration, https://docs.cypress.io/app/references/advanced-installation,
 * https://python-poetry.org/docs/configuration/, https://pipenv.pypa.io/en/latest/virtualenv.html,
 * https://pipx.pypa.io/stable/installation/, https://docs.astral.sh/uv/reference/storage/ (2026-11)
 */
export const HOME_STORES: readonly HomeStore[] = [
  { program: 'playwright', verb: /^install$/, options: [], variables: ['PLAYWRIGHT_BROWSERS_PATH'] },
  { program: 'patchright', verb: /^install$/, options: [], variables: ['PLAYWRIGHT_BROWSERS_PATH'] },
  { program: 'nltk.downloader', options: ['-d', '--dir'], variables: ['NLTK_DATA'] },
  { program: 'puppeteer', verb: /^browsers$/, options: ['--path'], variables: ['PUPPETEER_CACHE_DIR'] },
  { program: 'cypress', verb: /^install$/, options: [], variables: ['CYPRESS_CACHE_FOLDER'] },
  {
    program: 'poetry',
    verb: /^(install|sync)$/,
    options: [],
    variables: [
      'POETRY_VIRTUALENVS_CREATE',
      'POETRY_VIRTUALENVS_IN_PROJECT',
      'POETRY_VIRTUALENVS_PATH',
      'POETRY_CACHE_DIR',
      'VIRTUAL_ENV',
    ],
  },
  {
    program: 'pipenv',
    verb: /^(install|sync)$/,
    options: ['--system'],
    variables: ['PIPENV_VENV_IN_PROJECT', 'WORKON_HOME', 'PIPENV_SYSTEM', 'VIRTUAL_ENV'],
  },
  { program: 'pipx', verb: /^install$/, options: ['--global'], variables: ['PIPX_HOME'] },
  { program: 'uv', verb: /^tool$/, options: [], variables: ['UV_TOOL_DIR'] },
];

/** Variables that move the caches of libraries for models. Source: the documentation of each, 2026-11. */
export const MODEL_CACHE_VARIABLES: readonly string[] = [
  ...['HF_HOME', 'HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE', 'TRANSFORMERS_CACHE', 'SENTENCE_TRANSFORMERS_HOME'],
  ...['TORCH_HOME', 'XDG_CACHE_HOME', 'OLLAMA_MODELS', 'NLTK_DATA', 'KERAS_HOME', 'TFHUB_CACHE_DIR'],
];

/** Variables without which installing the npm package `puppeteer` downloads a browser to the home directory. */
export const PUPPETEER_VARIABLES: readonly string[] = [
  ...['PUPPETEER_SKIP_DOWNLOAD', 'PUPPETEER_SKIP_CHROMIUM_DOWNLOAD', 'PUPPETEER_EXECUTABLE_PATH'],
  'PUPPETEER_CACHE_DIR',
];
