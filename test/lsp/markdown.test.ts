import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { plainMarkdown } from '../../server/src/lsp/markdown';
import { makeFolder, removeFolders } from '../support/folders';
import { LspClient } from '../support/lsp-client';

/** What files call something, and how that is written so that no reader of Markdown makes anything else of it. */
const NAMES = {
  '[run](command:workbench.action.quit)': String.raw`\[run\](command:workbench.action.quit)`,
  '![](https://example.test/seen.png)': String.raw`\!\[\](https\://example.test/seen.png)`,
  '<img src="x">': String.raw`\<img src="x"\>`,
  'https://example.test': String.raw`https\://example.test`,
  'www.example.test, me@example.test': String.raw`www\.example.test, me\@example.test`,
  '**b** _i_ ~~s~~ `c` &lt; \\': '\\*\\*b\\*\\* \\_i\\_ \\~\\~s\\~\\~ \\`c\\` \\&lt; \\\\',
  'a\n# b\n\n| c |\u001b': String.raw`a\\n\# b\\n\\n\| c \|\\x1b`,
  '$(bug)': String.raw`\$(bug)`,
  'nginx:1.27-alpine, 12 MB (measured): no USER is set':
    'nginx:1.27-alpine, 12 MB (measured): no USER is set',
} as const;

describe('names in the language server', () => {
  let client: LspClient;
  afterEach(removeFolders);

  for (const [name, written] of Object.entries(NAMES)) {
    it(`are text in Markdown: ${JSON.stringify(name)}`, () => assert.equal(plainMarkdown(name), written));
  }

  it('make no link and no control character in hovers and diagnostics', async () => {
    const folder = makeFolder();
    const uri = pathToFileURL(join(folder, 'compose.yaml')).href;
    client = await LspClient.start({ folder });
    const name = String.raw`[run](command:workbench.action.quit)\n\e\u202E`;
    await client.openFile(uri, `services:\n  "${name}":\n    image: python:3.12-slim\n`, 'dockercompose');
    const messages = (await client.diagnostics(uri)).map(({ message }) => String(message));
    const naming = messages.filter(message => message.includes('command:workbench'));
    assert.ok(naming.length > 0);
    assert.deepEqual(
      naming.filter(message => !message.includes(String.raw`quit)\n\x1b\u202e`)),
      [],
    );
    const contents = (await client.hover(uri, 1, 6))?.contents;
    assert.ok(contents && typeof contents === 'object' && 'value' in contents);
    assert.ok(contents.value.includes(String.raw`\[run\](command:workbench.action.quit)\\n\\x1b\\u202e`));
    await client.stop();
  });

  it('are visible in the log', async () => {
    const folder = makeFolder({
      '.plimsoll.yaml': 'rules:\n  "gone\\e[2J\\u009b": off\n',
      Dockerfile: 'FROM a\n',
    });
    const uri = pathToFileURL(join(folder, 'Dockerfile')).href;
    client = await LspClient.start({ folder });
    await client.openFile(uri, 'FROM a\n');
    await client.diagnostics(uri);
    assert.ok(
      client.log.some(line => line.includes(String.raw`gone\x1b[2J\x9b`)),
      client.log.join('\n'),
    );
    await client.stop();
  });
});
