// Bundles what users run into dist/: extension.js, panel.js, proof.js, and cli.js with the parts of the program beside it in
// dist/program/, each of which loads when a command needs it.
//   node scripts/bundle.mjs [--watch] [--tests] [--release]
//
// With --release names are short and there are no source maps: packages are made of that.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build, context, transform } from 'esbuild';
import { lazyData } from './data-files.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const watch = process.argv.includes('--watch');
const release = process.argv.includes('--release');

/** What all bundles share. */
const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'cjs',
  sourcemap: !release,
  logLevel: 'warning',
  minify: release,
  legalComments: 'none',
};

/** Parts of libraries that are never used, or only in some runs, in files that load them at once. */
const onDemand = [
  {
    file: /commander[\\/]lib[\\/]command\.js$/,
    from: "const childProcess = require('node:child_process');",
    to: "const childProcess = { spawn: (...args) => require('node:child_process').spawn(...args) };",
  },
  {
    // The ssh program is asked in its place: docker/ssh.ts.
    file: /docker-modem[\\/]lib[\\/]modem\.js$/,
    from: "ssh = require('./ssh'),",
    to: "ssh = function () { throw new Error('ssh is reached by its program'); },",
  },
  // What dockerode builds images with, gRPC for BuildKit among it, is half as large as all of ours: nothing here builds
  // through it.
  {
    file: /dockerode[\\/]lib[\\/]docker\.js$/,
    from: "withSession = require('./session'),",
    to: "withSession = function () { throw new Error('images are built by the docker command'); },",
  },
  {
    file: /dockerode[\\/]lib[\\/]buildkit\.js$/,
    from: /[\s\S]*/,
    to: "throw new Error('images are built by the docker command');",
  },
  {
    file: /dockerode[\\/]lib[\\/]util\.js$/,
    from: "var tar = require('tar-fs');",
    to: '',
  },
  {
    // It has the `require` of its file already.
    file: /tree-sitter-wasm[\\/]wasm[\\/]tree-sitter\.js$/,
    from: /const \{ createRequire \} = await import\("module"\);\s*var require = createRequire\([^;]*\);/,
    to: '',
  },
  // Which editors an extension runs in, its manifest says, and the editor sees to it.
  {
    file: /vscode-languageclient[\\/]lib[\\/]node[\\/]main\.js$/,
    from: /const semver(Parse|Satisfies) = require\("[^"]*"\);/g,
    to: 'const semver$1 = () => ({});',
  },
];

const loadOnDemand = {
  name: 'load on demand',
  setup({ onLoad }) {
    for (const { file, from, to } of onDemand) {
      onLoad({ filter: file }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        const contents = text.replace(from, to);
        if (contents === text) throw new Error(`${path} does not say ${from} any more`);
        return { contents, loader: 'js' };
      });
    }
  },
};

/** Libraries that are there more than once, in versions that differ in nothing that is used here. */
const sameLibraries = {
  name: 'one of a kind',
  setup({ onResolve, resolve }) {
    // Node's own streams, as a library for other engines.
    onResolve({ filter: /^readable-stream$/ }, () => ({ path: 'node:stream', external: true }));
    // dockerfile-ast and the protocol have one each.
    onResolve({ filter: /^vscode-languageserver-types$/ }, ({ kind, pluginData }) =>
      pluginData === TYPES
        ? undefined
        : resolve('vscode-languageserver-types', { kind, resolveDir: root, pluginData: TYPES }),
    );
  },
};

const TYPES = 'the types at the root';

const node = {
  ...common,
  // A program keeps its source in memory: half of it would be indents and comments.
  minifyWhitespace: true,
  plugins: [loadOnDemand, sameLibraries, lazyData],
  platform: 'node',
  target: 'node20',
  // An optional native module of ssh2, which only speeds up engines reached over ssh.
  external: ['vscode', 'cpu-features'],
  loader: { '.node': 'empty' },
  // Some packages name a CommonJS build first for Node that esbuild cannot join as well.
  mainFields: ['module', 'main'],
};

const page = { ...common, platform: 'browser', target: 'es2022', format: 'iife' };

/** esbuild splits only modules; the parts become CommonJS, which alone can be loaded with its compiled code: kept-code.ts. */
const asCommonJs = {
  name: 'as CommonJS',
  setup({ initialOptions, onEnd }) {
    initialOptions.write = false;
    // Maps go through the second pass inside the text.
    if (initialOptions.sourcemap) initialOptions.sourcemap = 'inline';
    onEnd(async ({ outputFiles = [] }) => {
      await Promise.all(outputFiles.map(({ path, text }) => writeAsCommonJs(path, text)));
    });
  },
};

async function writeAsCommonJs(path, text) {
  const { code, map } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: node.target,
    // Compiled code that V8 gets back does not know which file it is of, which `import()` asks.
    supported: { 'dynamic-import': false },
    minify: release,
    minifyWhitespace: true,
    sourcemap: release ? false : 'external',
    sourcefile: basename(path),
  });
  if (release) return writeFileSync(path, code);
  writeFileSync(path, `${code}//# sourceMappingURL=${basename(path)}.map\n`);
  writeFileSync(`${path}.map`, map);
}

/** cli.js is what users and editors start; it loads the program beside it. */
const programBeside = {
  name: 'the program beside cli.js',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/main$/ }, () => ({ path: './program/main.js', external: true }));
  },
};

const bundles = [
  { ...node, entryPoints: ['client/src/extension.ts'], outfile: 'dist/extension.js' },
  {
    ...node,
    plugins: [programBeside],
    entryPoints: ['server/src/cli/start.ts'],
    outfile: 'dist/cli.js',
    banner: { js: '#!/usr/bin/env node' },
  },
  {
    ...node,
    format: 'esm',
    splitting: true,
    entryPoints: { main: 'server/src/cli/main.ts', 'layer-worker': 'server/src/docker/layer-worker.ts' },
    outdir: 'dist/program',
    plugins: [...node.plugins, asCommonJs],
  },
  { ...page, entryPoints: ['client/webview/panel.ts'], outfile: 'dist/panel.js' },
  { ...common, entryPoints: ['client/webview/panel.css'], outfile: 'dist/panel.css' },
  { ...page, entryPoints: ['client/webview/proof.ts'], outfile: 'dist/proof.js' },
  { ...common, entryPoints: ['client/webview/proof.css'], outfile: 'dist/proof.css' },
];

const tests = [
  {
    ...node,
    entryPoints: ['test/vscode/index.ts'],
    outfile: 'dist/test/vscode/index.js',
    external: [...node.external, 'mocha'],
  },
];

function copyAssets() {
  const require = createRequire(import.meta.url);
  for (const name of ['tree-sitter.wasm', 'tree-sitter-bash.wasm', 'tree-sitter-python.wasm']) {
    const wasm = require.resolve(`@vscode/tree-sitter-wasm/wasm/${name}`);
    // Packages are a tenth smaller with it, and reading it takes some milliseconds.
    if (release) writeFileSync(join(dist, 'program', `${name}.br`), brotliCompressSync(readFileSync(wasm)));
    else copyFileSync(wasm, join(dist, 'program', name));
  }
  copyFileSync(join(root, 'client/media/plimsoll.svg'), join(dist, 'plimsoll.svg'));
}

const wanted = process.argv.includes('--tests') ? [...bundles, ...tests] : bundles;
if (!watch) rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, 'program'), { recursive: true });
copyAssets();
if (watch) {
  for (const options of wanted) await (await context(options)).watch();
} else {
  await Promise.all(wanted.map(options => build(options)));
}
