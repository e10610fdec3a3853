import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { missingForBrowserEditor } from '../test/support/vscode-browser';
import { root } from './machine/folders';
import { type EngineKind, missingEngineOfKind } from './machine/today/engine';

/** What `npm test` runs, in this order. */
export interface Suite {
  /** What `npm test -- NAME` calls it. */
  readonly name: string;
  readonly title: string;
  readonly command: readonly [string, ...string[]];
  /** A check is one test, passed when its command ends with 0; of tests, the reporter tells each. */
  readonly kind: 'check' | 'tests';
  /** Whether the suite runs what `npm run build` makes. */
  readonly uses: 'sources' | 'bundles';
  /** Why it cannot run on this machine, and what would make it possible; undefined when it can. */
  readonly missing: () => string | undefined;
  /** Where it is missing, what `CI=true` makes of that. */
  readonly missingInCi: 'failure' | 'skipped';
}

/** Those of `test/vscode` run inside an editor, those of `test/editor` need one. */
const foldersWithEditor = ['editor', 'vscode'];

const node = process.execPath;
const always = { missing: () => undefined, missingInCi: 'failure' } as const;

// Biome takes CI=true for a terminal with colours.
const colours = process.stdout.isTTY ? [] : ['--colors=off'];
const biome = ['node_modules/@biomejs/biome/bin/biome', 'ci', ...colours, '--error-on-warnings', '.'];

/** Folders whose tests run the bundles; those of the others run the sources. */
const foldersOfBundles = ['cli', 'docker', 'editor', 'webview'];

/** What needs an engine, once more on the one of today, and what only that one builds. */
const onEachStore = [
  'test/today/builds.ts',
  'test/docker/history.engine.test.ts',
  'test/docker/watch.engine.test.ts',
  'test/docker/weigh.engine.test.ts',
  'test/lsp/engine.engine.test.ts',
];
/** How images are stored plays no part in these: they run on the store that is usual. */
const onTheUsualStore = [
  'test/cli/check.engine.test.ts',
  'test/cli/weigh.engine.test.ts',
  'test/host/ignore.engine.test.ts',
  'test/prove/proof.engine.test.ts',
];

export const bundles: Suite = {
  name: 'bundles',
  title: 'The bundles can be made',
  command: [node, 'scripts/bundle.mjs', '--tests'],
  kind: 'check',
  uses: 'sources',
  ...always,
};

export const suites: readonly Suite[] = [
  check('generated', 'The generated files are current', '--import', 'tsx', 'scripts/generate.ts', '--check'),
  bundles,
  check('types', 'The types agree', 'node_modules/typescript/bin/tsc', '-b'),
  check('lint', 'The style is the agreed one', ...biome),
  mocha('rules', 'Rules and conversions by their examples, and the architecture', 'test/*.test.ts'),
  ...foldersOfTests().map(folder => mocha(folder, `Tests of test/${folder}`, `test/${folder}/**/*.test.ts`)),
  otherEngine(
    'containerd',
    'The engine of today, with images in containerd',
    ...onEachStore,
    ...onTheUsualStore,
  ),
  otherEngine('overlay2', 'The engine of today, with images in overlay2', ...onEachStore),
  otherEngine('podman', "What Podman's socket serves", 'test/today/podman.ts'),
  {
    ...mocha(
      'editor',
      'The extension as a person uses it, in VS Code in the browser',
      'test/editor/*.test.ts',
    ),
    missing: missingForBrowserEditor,
  },
  {
    name: 'vscode',
    title: 'The extension in a real VS Code, in the browser',
    command: [node, '--import', 'tsx', 'test/vscode/browser.ts'],
    kind: 'tests',
    uses: 'bundles',
    missing: missingForBrowserEditor,
    missingInCi: 'failure',
  },
  {
    name: 'desktop',
    title: 'The extension in a real VS Code, on the desktop',
    command: [node, '--import', 'tsx', 'test/vscode/desktop.ts'],
    kind: 'tests',
    uses: 'bundles',
    missing: missingForDesktop,
    missingInCi: 'skipped',
  },
];

function check(name: string, title: string, ...args: string[]): Suite {
  return { name, title, command: [node, ...args], kind: 'check', uses: 'sources', ...always };
}

function mocha(name: string, title: string, files: string): Suite {
  const command = [node, 'node_modules/mocha/bin/mocha.js', files] as const;
  const uses = foldersOfBundles.includes(name) ? 'bundles' : 'sources';
  return { name, title, command, kind: 'tests', uses, ...always };
}

/** Tests on an engine that is started for them. */
function otherEngine(kind: EngineKind, title: string, ...tests: string[]): Suite {
  const run = ['--import', 'tsx', 'scripts/machine/today/with-engine.ts', kind];
  return {
    name: kind,
    title,
    command: [node, ...run, node, 'node_modules/mocha/bin/mocha.js', ...tests],
    kind: 'tests',
    uses: 'bundles',
    missing: () => missingEngineOfKind(kind),
    missingInCi: 'failure',
  };
}

/** Every folder with tests that mocha runs by itself, wherever it runs. */
function foldersOfTests(): string[] {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.test.ts'))
    .flatMap(path => path.split(/[\\/]/).slice(0, -1).slice(0, 1))
    .filter((folder, index, all) => !foldersWithEditor.includes(folder) && all.indexOf(folder) === index)
    .sort();
}

function missingForDesktop(): string | undefined {
  const isThere = process.env.VSCODE_EXECUTABLE_PATH !== undefined || existsSync(join(root, '.vscode-test'));
  return isThere
    ? undefined
    : 'there is no desktop VS Code to test in: name one in VSCODE_EXECUTABLE_PATH, or run `npm run test:desktop`, which downloads one';
}
