// Renews the data files of `core/knowledge`.
//   npm run renew                        says of each file when it was last compared with its sources
//   npm run renew -- NAME                writes its rows again, where a program can; else says what a person has to look at
//   npm run renew -- NAME --reviewed     writes down that a person has compared its rows with their sources today
import { bytecodeWeights } from './knowledge/bytecode-weights';
import { type DataFile, dataFiles, type Rows, readDataFile, writeDataFile } from './knowledge/data-file';
import { endOfLife } from './knowledge/end-of-life';
import { packageWeights } from './knowledge/package-weights';
import { pythonWheels } from './knowledge/python-wheels';
import { whatToReview } from './knowledge/review';

/** Files whose rows a program writes. */
const WRITERS: Readonly<Record<string, () => Rows | Promise<Rows>>> = {
  'bytecode-weights': bytecodeWeights,
  'end-of-life': endOfLife,
  'package-weights': packageWeights,
  'python-wheels': pythonWheels,
};

async function main(): Promise<void> {
  const [name, ...options] = process.argv.slice(2);
  if (name === undefined) return list();
  if (!dataFiles().includes(name))
    throw new Error(`there is no data file ${name}: ${dataFiles().join(', ')}`);
  const file = readDataFile(name);
  const written = await WRITERS[name]?.();
  if (written) return save(name, file, written);
  if (options.includes('--reviewed')) return save(name, file, file.rows);
  for (const line of whatToReview(name, file)) console.log(line);
}

function list(): void {
  const all = dataFiles().map(name => ({ name, ...readDataFile(name).about }));
  for (const { date, name, what } of all.sort((a, b) => a.date.localeCompare(b.date)))
    console.log(`${date}  ${name.padEnd(20)} ${what}`);
}

function save(name: string, { about }: DataFile, rows: Rows): void {
  writeDataFile(name, { about: { ...about, date: new Date().toISOString().slice(0, 10) }, rows });
  console.log(`wrote ${name}.json`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
