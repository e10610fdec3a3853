import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeFolder, removeFolders } from '../support/folders';
import { FULL_CLIENT } from '../support/lsp-client';
import { dockerfileOf } from './dockerfiles';
import { type Measurement, median, milliseconds, percentile, share, timed } from './measurement';
import { previousState } from './previous-release';
import { program, startShippedServer } from './shipped-server';

const LINES = 300;
const KEYS = 200;
/** Keys that are not counted: the engine of JavaScript compiles what is called often only after some time. */
const WARM_UP = 60;

/**
 * From a change sent to the diagnostics published, by the server that ships in a process of its own, in the middle of a
 * Dockerfile of 300 lines.
 */
export async function keystroke(): Promise<readonly Measurement[]> {
  const own = await times(program);
  const middle = median(own);
  const previous = previousState();
  const before = 'program' in previous ? median(await times(previous.program)) : undefined;
  return [
    {
      title: `keystroke to published diagnostics, ${LINES} lines, median`,
      figure: milliseconds(middle),
      limit: { text: 'under 5 ms', holds: middle < 5 },
    },
    ...(before === undefined ? [] : [share(`the same as a share of ${previous.name}`, middle, before, 0.5)]),
    {
      title: `keystroke to published diagnostics, ${LINES} lines, 95th percentile`,
      figure: milliseconds(percentile(own, 0.95)),
    },
  ];
}

/** Milliseconds of each key that counts. */
async function times(cli: string): Promise<readonly number[]> {
  const text = dockerfileOf(LINES);
  const folder = makeFolder({ Dockerfile: text });
  const uri = pathToFileURL(join(folder, 'Dockerfile')).href;
  const { diagnostic: _, ...textDocument } = FULL_CLIENT.textDocument ?? {};
  const { client, stop } = await startShippedServer(
    { folder, capabilities: { ...FULL_CLIENT, textDocument } },
    cli,
  );
  await client.openFile(uri, text);
  await client.until(() => client.published.has(uri));
  const line = text.split('\n').findIndex((it, at) => at >= LINES / 2 && it.startsWith('RUN pip install'));
  const taken: number[] = [];
  for (let key = 0; key < WARM_UP + KEYS; key++) {
    const at = { line, character: 15 + key };
    taken.push(
      await timed(async () => {
        const version = await client.edit(uri, { start: at, end: at }, key % 7 === 0 ? ' ' : 'x');
        await client.until(() => client.publishedVersion.get(uri) === version);
      }),
    );
  }
  stop();
  removeFolders();
  return taken.slice(WARM_UP);
}
