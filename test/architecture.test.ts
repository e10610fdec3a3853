// Which part may import which, from one table: docs/architecture.md says why.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = join(__dirname, '..');

/** Each part with the parts it may import; a part may import itself. The longest folder that fits names the part. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'server/src/core/limits.ts': [],
  'server/src/core/text': [],
  'server/src/core/shell': ['server/src/core/limits.ts', 'server/src/core/text'],
  'server/src/core/facts': [],
  'server/src/core': [
    'server/src/core/limits.ts',
    'server/src/core/text',
    'server/src/core/shell',
    'server/src/core/facts',
  ],
  'server/src/core/rules': [
    'server/src/core',
    'server/src/core/text',
    'server/src/core/shell',
    'server/src/core/facts',
  ],
  'server/src/core/conversions': [
    'server/src/core',
    'server/src/core/text',
    'server/src/core/shell',
    'server/src/core/facts',
  ],
  'server/src/host': ['core'],
  'server/src/docker': ['core', 'server/src/protocol.ts'],
  'server/src/prove': ['core', 'server/src/host', 'server/src/docker'],
  'server/src/lsp': [
    'core',
    'server/src/host',
    'server/src/docker',
    'server/src/prove',
    'server/src/protocol.ts',
  ],
  'server/src/cli': [
    'core',
    'server/src/host',
    'server/src/docker',
    'server/src/prove',
    'server/src/lsp',
    'server/src/protocol.ts',
    'package.json',
  ],
  'server/src/protocol.ts': ['core'],
  'client/src': ['server/src/protocol.ts', 'server/src/core/text'],
  'client/webview': ['client/src/panel', 'client/src', 'server/src/protocol.ts', 'server/src/core/text'],
};

/** Each library with the files that alone know it. */
const ONLY_IMPORTERS: Readonly<Record<string, readonly string[]>> = {
  'dockerfile-ast': ['server/src/core/dockerfile/block.ts'],
  yaml: ['server/src/core/compose/parse.ts'],
  '@vscode/tree-sitter-wasm': ['server/src/core/python/parse.ts', 'server/src/core/shell/parse.ts'],
  'toml-eslint-parser': ['server/src/core/manifest/toml.ts'],
  dockerode: ['server/src/docker/engine.ts'],
};

/** Who names the streams: the one that writes, the server on them, the streams of commands that are started, a page's code. */
const WRITERS: readonly string[] = [
  'server/src/cli/output.ts',
  'server/src/cli/lsp.ts',
  'server/src/prove/docker-command.ts',
];

/** The generated lists are how lint() reaches the rules without knowing one. */
const CATALOGS = /\/core\/(rules|conversions)\/catalog$/;

interface Import {
  readonly file: string;
  readonly from: string;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap(name => {
    const path = `${folder}/${name}`;
    if (statSync(join(root, path)).isDirectory()) return sources(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

const files = [...sources('server/src'), ...sources('client')];
const imports: Import[] = files.flatMap(file =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(
      /^(?:import|export)\s(?:[^'";]*?\sfrom\s)?'([^']+)'|\bimport\('([^']+)'\)/gm,
    ),
  ].map(match => ({ file, from: match[1] ?? match[2] ?? '' })),
);

function target({ file, from }: Import): string {
  return relative(root, resolve(root, dirname(file), from)).replaceAll('\\', '/');
}

function partOf(path: string): string {
  const parts = Object.keys(MAY_IMPORT).filter(
    part => path === part || `${path}.ts` === part || path.startsWith(`${part}/`),
  );
  return parts.sort((a, b) => b.length - a.length)[0] ?? path;
}

function isAllowed(from: string, to: string): boolean {
  if (from === to) return true;
  const allowed = MAY_IMPORT[from] ?? [];
  return allowed.some(part => part === to || (part === 'core' && to.startsWith('server/src/core')));
}

/** The files that are run before the first line of a program: its imports that are neither types nor on demand. */
function loadedAtStart(program: string): Set<string> {
  const loaded = new Set([program]);
  for (const file of loaded) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const match of text.matchAll(/^(?:import|export)\s(?!type\s)(?:[^'";]*?\sfrom\s)?'(\.[^']+)'/gm)) {
      const path = `${target({ file, from: match[1] ?? '' })}.ts`;
      if (files.includes(path)) loaded.add(path);
    }
  }
  return loaded;
}

/** What only one conversion needs stands in the folder of its name: `conversions/ID/`. */
function isOfOwnFolder(file: string, imported: string): boolean {
  const [own = ''] = /^server\/src\/core\/conversions\/[\w-]+/.exec(file) ?? [];
  return own !== '' && imported.startsWith(`${own}/`);
}

describe('the architecture', () => {
  it('has a table that names every part', () => {
    const unknown = files.filter(file => !(partOf(file) in MAY_IMPORT));
    assert.deepEqual(unknown, []);
  });

  it('imports only in the agreed direction', () => {
    const wrong = imports
      .filter(({ from }) => from.startsWith('.'))
      .filter(it => !CATALOGS.test(target(it)) && !isAllowed(partOf(it.file), partOf(target(it))))
      .map(it => `${it.file} imports ${target(it)}`);
    assert.deepEqual(wrong, []);
  });

  it('has rules that know no other rule, and conversions that know no rule', () => {
    const definition = /\/core\/(rules|conversions)\//;
    const wrong = imports
      .filter(it => definition.test(it.file) && !it.file.endsWith('/catalog.ts') && it.from.startsWith('.'))
      .filter(it => definition.test(target(it)) && !isOfOwnFolder(it.file, target(it)))
      .map(it => `${it.file} imports ${it.from}`);
    assert.deepEqual(wrong, []);
  });

  for (const [library, only] of Object.entries(ONLY_IMPORTERS)) {
    it(`knows ${library} only in ${only.join(' and ')}`, () => {
      const importers = imports.filter(({ from }) => from === library || from.startsWith(`${library}/`));
      assert.deepEqual([...new Set(importers.map(it => it.file))].sort(), only);
    });
  }

  it('has a command line that starts without what only some commands need', () => {
    const heavy = /^server\/src\/(docker|lsp)\/|^server\/src\/prove\/proof\.ts$/;
    const loaded = [...loadedAtStart('server/src/cli/main.ts')].filter(file => heavy.test(file));
    assert.deepEqual(loaded, []);
  });

  it('knows positions only in the language server and the command line’s output', () => {
    const wrong = imports.filter(
      ({ file, from }) => from.startsWith('vscode-languageserver') && !/^server\/src\/(lsp|cli)\//.test(file),
    );
    assert.deepEqual(wrong, []);
  });

  it('writes to standard output and standard error in one place, which shows every character', () => {
    const writes =
      /\bconsole\.(?:log|error|warn|info|debug|table|dir|trace)\(|\bstd(?:out|err)\b(?!\.once\()|\bwriteSync\(|\bprocess\.emitWarning\(/;
    // What the language server's connection logs passes through `lsp/features.ts`.
    const code = (file: string) =>
      readFileSync(join(root, file), 'utf8')
        .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/gm, '')
        .replace(/\bconnection\.console\./g, '');
    const writers = files.filter(file => file.startsWith('server/src/') && writes.test(code(file)));
    assert.deepEqual(
      writers.filter(file => !WRITERS.includes(file)),
      [],
    );
    const output = readFileSync(join(root, 'server/src/cli/output.ts'), 'utf8');
    const written = [...output.matchAll(/\.write\((.*)\);/g)].map(match => match[1] ?? '');
    assert.ok(written.length > 0);
    assert.deepEqual(
      written.filter(text => !/\brender(?:Lines?)?\(/.test(text)),
      [],
    );
  });

  it('makes every connection of the language server with a log that shows every character', () => {
    const makers = files.filter(file => /\bcreateConnection\(/.test(readFileSync(join(root, file), 'utf8')));
    const plain = makers.filter(
      file => !/\bcreateConnection\(FEATURES\b/.test(readFileSync(join(root, file), 'utf8')),
    );
    assert.deepEqual(plain, []);
  });

  it('has a core without Node', () => {
    const builtin = /^(node:|fs|path|os|child_process|crypto|util|events|stream|url|http|net)$|^node:/;
    const wrong = imports.filter(
      ({ file, from }) => file.startsWith('server/src/core/') && builtin.test(from),
    );
    assert.deepEqual(wrong, []);
  });

  it('reads files of the workspace through one bounded reader', () => {
    const reading =
      /^import\s(?:[^'";]*\b(?:readFile|readFileSync|createReadStream|readSync)\b[^'";]*|\*[^'";]*)from\s'node:fs(?:\/promises)?'/m;
    const readers = files
      .filter(file => /^server\/src\/(host|cli|lsp)\//.test(file))
      .filter(file => reading.test(readFileSync(join(root, file), 'utf8')));
    // The grammars are files of the product's own.
    assert.deepEqual(readers, ['server/src/host/grammar.ts']);
  });

  it('has a composition root of at most 60 lines', () => {
    const lines = readFileSync(join(root, 'client/src/extension.ts'), 'utf8').split('\n').length;
    assert.ok(lines <= 60, `${lines} lines`);
  });

  it('has no file of more than 400 lines, tables of knowledge apart', () => {
    const long = files
      .filter(file => !file.startsWith('server/src/core/knowledge/'))
      .map(file => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 400);
    assert.deepEqual(long, []);
  });
});
