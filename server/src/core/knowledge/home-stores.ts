import data from './home-stores.json';

/** A program that keeps what it installs or downloads below the home directory of who calls it. */
export interface HomeStore {
  /** As it is called, or as `python -m` names it. */
  readonly program: string;
  /** The words behind it, where only some of its commands fill the home directory. */
  readonly verbs?: readonly string[];
  /** Options that name another place. */
  readonly options: readonly string[];
  /** Variables that name another place. */
  readonly variables: readonly string[];
}

export function homeStores(): readonly HomeStore[] {
  return data.programs as readonly HomeStore[];
}

/** Variables that move the caches of libraries for models. */
export function modelCacheVariables(): readonly string[] {
  return data.modelCacheVariables;
}

/** Variables without which installing the npm package `puppeteer` downloads a browser to the home directory. */
export function puppeteerVariables(): readonly string[] {
  return data.puppeteerVariables;
}
