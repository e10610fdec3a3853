import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeFolder, removeFolders } from '../support/folders';
import { FULL_CLIENT, LspClient } from '../support/lsp-client';
import { dockerfileOf } from './dockerfiles';
import { type Measurement, median, milliseconds, percentile, timed } from './measurement';

const LINES = 300;
const KEYS = 200;

/** From a change sent to the diagnostics published, over real streams, in a Dockerfile of 300 lines. */
export async function keystroke(): Promise<readonly Measurement[]> {
  const text = dockerfileOf(LINES);
  const folder = makeFolder({ Dockerfile: text });
  const uri = pathToFileURL(join(folder, 'Dockerfile')).href;
  const { diagnostic: _, ...textDocument } = FULL_CLIENT.textDocument ?? {};
  const client = await LspClient.start({ folder, capabilities: { ...FULL_CLIENT, textDocument } });
  await client.openFile(uri, text);
  await client.until(() => client.published.has(uri));
  const line = text.split('\n').findIndex(it => it.startsWith('RUN pip install'));
  const times: number[] = [];
  for (let key = 0; key < KEYS; key++) {
    const at = { line, character: 15 + key };
    times.push(
      await timed(async () => {
        const version = await client.edit(uri, { start: at, end: at }, key % 7 === 0 ? ' ' : 'x');
        await client.until(() => client.publishedVersion.get(uri) === version);
      }),
    );
  }
  await client.stop();
  removeFolders();
  const middle = median(times);
  return [
    {
      title: `keystroke to published diagnostics, ${LINES} lines, median`,
      figure: milliseconds(middle),
      limit: { text: 'under 5 ms', holds: middle < 5 },
    },
    {
      title: `keystroke to published diagnostics, ${LINES} lines, 95th percentile`,
      figure: milliseconds(percentile(times, 0.95)),
    },
  ];
}
