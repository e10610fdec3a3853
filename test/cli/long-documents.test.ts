// What the server promises while a document is as long as any that it reads: in a process of its own.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeFolder, removeFolders } from '../support/folders';
import { type LongFile, ofLength } from '../support/long-files';
import { killServers, ServerProcess } from '../support/server-process';

const OTHER = 'FROM python:3.12-slim\nRUN pip install flask\n';
const KB = 1024;

/** Milliseconds of processor time, of two seconds that are promised on a machine that has nothing else to do. */
const SOON = 2000;
/** Milliseconds, of one second that is promised there. */
const SOON_ENDED = 2500;

const dockerfile = { language: 'dockerfile', path: 'Dockerfile' } as const;
const compose = { language: 'compose', path: 'compose.yaml' } as const;
const pipfile = { language: 'python-manifest', path: 'Pipfile' } as const;

/** Each as long as its kind of file may be and is still read, and longer than any that is. */
const documents: readonly (LongFile & { readonly lengths: readonly number[] })[] = [
  {
    ...dockerfile,
    what: 'words on one line',
    head: 'FROM debian\nRUN echo ',
    part: n => `word${n} `,
    lengths: [250 * KB, 500 * KB, 10_000 * KB],
  },
  {
    ...dockerfile,
    what: 'one heredoc',
    head: 'FROM debian\nRUN <<EOF\n',
    part: n => `pip install x${n}\n`,
    tail: 'EOF\n',
    lengths: [120 * KB, 10_000 * KB],
  },
  {
    ...compose,
    what: 'one script',
    head: 'services:\n  a:\n    image: b\n    command: |\n',
    part: n => `      echo ${n}\n`,
    lengths: [1000 * KB, 1900 * KB, 10_000 * KB],
  },
  {
    ...compose,
    what: 'services',
    head: 'services:\n',
    part: n => `  s${n}:\n    image: redis:${n}\n`,
    lengths: [300 * KB, 10_000 * KB],
  },
  {
    ...pipfile,
    what: 'packages',
    head: '[packages]\n',
    part: n => `dep${n} = "*"\n`,
    lengths: [250 * KB, 500 * KB, 10_000 * KB],
  },
];

describe('the server with a long document', function () {
  this.timeout(60_000);

  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  afterEach(() => {
    killServers();
    removeFolders();
  });

  for (const file of documents) {
    for (const length of file.lengths) {
      it(`answers for others and ends, whatever it does with ${length / KB} KB of ${file.what}`, async () => {
        const text = ofLength(file, length);
        const folder = makeFolder({ 'other/Dockerfile': OTHER, [file.path]: text });
        const uri = (path: string) => pathToFileURL(join(folder, path)).href;
        const server = ServerProcess.overStdio({ folder });
        const { client } = server;
        await client.initialize({ folder });
        await client.openFile(uri('other/Dockerfile'), OTHER);
        await client.diagnostics(uri('other/Dockerfile'));
        const languageId = file.path === 'compose.yaml' ? 'dockercompose' : file.language;
        await client.openFile(uri(file.path), text, languageId);
        const before = server.processorTime();
        const pulled = client.diagnostics(uri(file.path));
        await client.hover(uri('other/Dockerfile'), 1, 5);
        const took = server.processorTime() - before;
        assert.ok(took < SOON, `it took ${took} ms`);
        await pulled;
        await client.edit(
          uri(file.path),
          { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } },
          '\n',
        );
        client.diagnostics(uri(file.path)).catch(() => undefined);
        const ended = server.end();
        server.process.stdin?.end();
        const { after } = await ended;
        assert.ok(after < SOON_ENDED, `it took ${after.toFixed(0)} ms to end`);
      });
    }
  }
});
