// The data files of `core/knowledge`: each says where its rows come from, and has one loader, which reads it when asked.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from '@babel/parser';
import { build, type Plugin } from 'esbuild';
import { dataFiles, knowledgeFolder, readDataFile } from '../../scripts/knowledge/data-file';
import { whatToReview } from '../../scripts/knowledge/review';
import { root } from '../../scripts/machine/folders';

/** Licences of rows: our own selection of facts, and lists that anybody may take over. */
const LICENCES = ['MIT', 'CC0-1.0', 'MIT AND CC0-1.0'];
/** Shared by loaders, without a data file. */
const HELPERS = ['table'];
/** Members of a list in code from which on it is a table, and belongs into a data file. */
const TABLE = 10;

const loaders = readdirSync(knowledgeFolder)
  .flatMap(file => /^(.+)\.ts$/.exec(file)?.[1] ?? [])
  .filter(name => !HELPERS.includes(name));
const textOf = (name: string) => readFileSync(join(knowledgeFolder, `${name}.ts`), 'utf8');

describe('the data files of knowledge', () => {
  it('are as many as their loaders, of the same names', () => {
    assert.ok(dataFiles().length > 30);
    assert.deepEqual(loaders.sort(), dataFiles().sort());
  });

  for (const name of dataFiles()) {
    describe(`${name}.json`, () => {
      const { about, rows } = readDataFile(name);

      it('says what its rows are, where they come from, and how they were taken', () => {
        assert.match(about.what, /^[A-Z].*[^.]$/s);
        assert.match(about.how, /^\S.*[^.]$/s);
        assert.ok(about.source.length > 0);
        for (const page of about.source) assert.equal(new URL(page).protocol, 'https:');
      });

      it('says on which day they were compared with their source', () => {
        assert.match(about.date, /^\d{4}-\d\d-\d\d$/);
        assert.equal(new Date(about.date).toISOString().slice(0, 10), about.date);
        assert.ok(new Date(about.date) <= new Date(), about.date);
      });

      it('says under which licence they stand', () => {
        assert.ok(LICENCES.includes(about.licence), about.licence);
      });

      it('says which command renews them', () => {
        assert.equal(about.renew, `npm run renew -- ${name}`);
      });

      it('has rows', () => {
        assert.ok(Object.keys(rows).length > 0);
      });
    });
  }

  it('are each imported by one loader, as a whole', () => {
    const imports = sources('.').flatMap(file =>
      [
        ...readFileSync(join(root, file), 'utf8').matchAll(/^import (.+) from '[^']*?([\w-]+)\.json';$/gm),
      ].map(([, what, data]) => ({ file, what, data })),
    );
    const ofKnowledge = imports.filter(({ data }) => dataFiles().includes(data ?? ''));
    const expected = dataFiles().map(data => ({
      file: `server/src/core/knowledge/${data}.ts`,
      what: 'data',
      data,
    }));
    const byFile = (a: { file: string }, b: { file: string }) => (a.file < b.file ? -1 : 1);
    assert.deepEqual(ofKnowledge.sort(byFile), expected.sort(byFile));
  });

  it('name every page that a person has to look at who renews one by hand', () => {
    const lines = whatToReview('service-programs', readDataFile('service-programs'));
    assert.ok(lines.includes('  https://www.uvicorn.org/settings/#socket-binding'), lines.join('\n'));
    assert.equal(lines.at(-1), 'Then run: npm run renew -- service-programs --reviewed');
  });
});

describe('the loaders of knowledge', () => {
  it('hold no tables of their own', () => {
    const large = [...loaders, ...HELPERS].flatMap(name =>
      lists(parse(textOf(name), { sourceType: 'module', plugins: ['typescript'] }).program)
        .filter(size => size >= TABLE)
        .map(size => `${name}.ts: ${size}`),
    );
    assert.deepEqual(large, []);
  });

  it('take nothing of what bundles leave out', () => {
    assert.deepEqual(
      loaders.filter(name => /\babout\b/.test(textOf(name).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''))),
      [],
    );
  });

  it('parse nothing before the first look-up, and each file once', async () => {
    const knowledge = await bundled();
    assert.equal(knowledge.parsed(), 0);
    const look = () => knowledge.exports['token-forms']?.tokenForms?.();
    assert.deepEqual(look(), look());
    assert.equal(knowledge.parsed(), 1);
    for (const [name, { lookUp, argument }] of Object.entries(LOOK_UPS)) {
      const before = knowledge.parsed();
      assert.notEqual(knowledge.exports[name]?.[lookUp]?.(...argument), undefined, name);
      knowledge.exports[name]?.[lookUp]?.(...argument);
      assert.equal(knowledge.parsed(), before + 1, name);
    }
  });

  it('find in a bundle what they find in the sources', async () => {
    const knowledge = await bundled();
    for (const [name, { lookUp, argument }] of Object.entries(LOOK_UPS)) {
      const module = (await import(join(knowledgeFolder, `${name}.ts`))) as Loader;
      assert.deepEqual(knowledge.exports[name]?.[lookUp]?.(...argument), module[lookUp]?.(...argument), name);
    }
  });
});

type Loader = Readonly<Record<string, (...argument: readonly unknown[]) => unknown>>;

/** A look-up of large files, each of one file alone. */
const LOOK_UPS: Readonly<Record<string, { lookUp: string; argument: readonly unknown[] }>> = {
  'python-wheels': { lookUp: 'publishedWheels', argument: ['numpy'] },
  'package-weights': { lookUp: 'packageWeight', argument: ['torch'] },
  'apk-packages': { lookUp: 'debianNames', argument: ['build-base'] },
  'debian-headers': { lookUp: 'runtimeLibraries', argument: ['libpq-dev', ['bookworm']] },
  'python-modules': { lookUp: 'importable', argument: ['pillow'] },
  'context-clutter': { lookUp: 'contextClutter', argument: [] },
};

/** All loaders as a bundle has them, with a count of the texts that were parsed. */
async function bundled(): Promise<{ exports: Readonly<Record<string, Loader>>; parsed: () => number }> {
  const plugin = pathToFileURL(join(root, 'scripts/data-files.mjs')).href;
  const { lazyData } = (await import(plugin)) as { lazyData: Plugin };
  const { outputFiles } = await build({
    stdin: {
      contents: loaders.map(name => `export * as ${JSON.stringify(name)} from './${name}';`).join('\n'),
      resolveDir: knowledgeFolder,
    },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    write: false,
    plugins: [lazyData],
  });
  let count = 0;
  const counting = {
    ...JSON,
    parse: (text: string) => {
      count++;
      return JSON.parse(text) as unknown;
    },
  };
  const module = { exports: {} as Record<string, Loader> };
  new Function('module', 'JSON', outputFiles[0]?.text ?? '')(module, counting);
  return { exports: module.exports, parsed: () => count };
}

function sources(folder: string): string[] {
  return ['server/src', 'client', 'test', 'scripts'].flatMap(top => below(join(folder, top)));
}

function below(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name).replaceAll('\\', '/');
    if (entry.isDirectory()) return entry.name === 'corpus' ? [] : below(path);
    return /\.ts$/.test(entry.name) ? [path] : [];
  });
}

/** How many members each list and object of some code has. */
function lists(node: unknown): number[] {
  if (typeof node !== 'object' || node === null) return [];
  const inside = Object.values(node).flatMap(value =>
    (Array.isArray(value) ? value : [value]).flatMap(lists),
  );
  const { type, elements, properties } = node as { type?: unknown; elements?: unknown; properties?: unknown };
  if (type === 'ArrayExpression' && Array.isArray(elements)) return [elements.length, ...inside];
  if (type === 'ObjectExpression' && Array.isArray(properties)) return [properties.length, ...inside];
  return inside;
}
