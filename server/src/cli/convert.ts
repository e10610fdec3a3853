import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { titleWithGain } from '../core/evidence';
import { type ConversionOffers, conversions } from '../core/lint';
import type { FileChange, Offer } from '../core/rule';
import { applyEdits } from '../core/text/edit';
import { linesOf } from '../core/text/lines';
import type { Source } from '../host/sources';
import { readText } from '../host/text-file';
import { EXIT, Misuse } from './exit';
import { openSources, theOneFile } from './open-sources';

interface ConvertOptions {
  readonly list?: boolean;
  readonly service?: string;
  readonly write?: boolean;
}

export function convertCommand(): Command {
  return new Command('convert')
    .description('rewrite a whole file, or list which rewrites are offered')
    .argument('[conversion]', 'what to convert to; with --list the file')
    .argument('[file]', 'the Dockerfile or Compose file')
    .option('--list', 'say which conversions are offered here, and why the others are not')
    .option('--service <name>', 'the Compose service to convert, where several can be')
    .option('--write', 'write the files in place of printing them')
    .action(convert);
}

async function convert(
  first: string | undefined,
  second: string | undefined,
  options: ConvertOptions,
): Promise<void> {
  if (options.list) {
    if (!first || second) throw new Misuse('call it as plimsoll convert --list FILE');
    await list(await theOneFile(openSources([first], { selection: {} }), first));
    return;
  }
  if (!first || !second) throw new Misuse('call it as plimsoll convert CONVERSION FILE');
  const sources = openSources([second], { selection: {} });
  const source = await theOneFile(sources, second);
  const found = conversions(source.file, source.context);
  const chosen = found.find(({ conversion }) => conversion.meta.id === first);
  if (!chosen) throw new Misuse(`no conversion of ${second} is called ${first}; there are ${names(found)}`);
  const offer = choose(chosen, options.service);
  if (!offer) {
    process.stderr.write(`plimsoll: ${reasons(chosen, options.service)}\n`);
    process.exitCode = EXIT.findings;
    return;
  }
  await put(await resultOf(offer.changes(), sources.root), sources.root, options);
}

function names(found: readonly ConversionOffers[]): string {
  return found.map(({ conversion }) => conversion.meta.id).join(', ') || 'none';
}

function choose({ offers }: ConversionOffers, service: string | undefined): Offer | undefined {
  if (service !== undefined) return offers.find(offer => offer.subject === service);
  if (offers.length <= 1) return offers[0];
  const subjects = offers.map(offer => offer.subject ?? '').join(', ');
  throw new Misuse(`it is offered for several services; choose one with --service: ${subjects}`);
}

function reasons({ declined, conversion }: ConversionOffers, service: string | undefined): string {
  if (service !== undefined && declined.length === 0)
    return `${conversion.meta.id} is not offered for ${service}`;
  return declined.map(it => it.because).join('; ') || `${conversion.meta.id} has nothing to convert here`;
}

async function list({ file, context }: Source): Promise<void> {
  const lines = linesOf(file.text);
  for (const { conversion, offers, declined } of conversions(file, context)) {
    const { id, title } = conversion.meta;
    for (const offer of offers) {
      const service = offer.subject ? ` --service ${offer.subject}` : '';
      process.stdout.write(`${id}${service}: ${titleWithGain(title, offer.gain)}\n`);
    }
    for (const { because, at } of declined) {
      const place = at && !/^line \d/.test(because) ? ` (line ${lines.lineOf(at.start) + 1})` : '';
      process.stdout.write(`${id}: not offered: ${because}${place}\n`);
    }
    if (offers.length + declined.length === 0)
      process.stdout.write(`${id}: not offered: nothing here to convert\n`);
  }
}

interface ConvertedFile {
  readonly path: string;
  readonly text: string;
}

async function resultOf(changes: readonly FileChange[], root: string): Promise<ConvertedFile[]> {
  return Promise.all(
    changes.map(async change => {
      if (change.kind === 'create') return { path: change.path, text: change.text };
      const before = await readText(resolve(root, change.path));
      return { path: change.path, text: applyEdits(before, change.edits) };
    }),
  );
}

async function put(files: readonly ConvertedFile[], root: string, { write }: ConvertOptions): Promise<void> {
  if (!write) {
    process.stdout.write(`${JSON.stringify({ files }, null, 2)}\n`);
    return;
  }
  for (const { path, text } of files) {
    await writeFile(resolve(root, path), text);
    process.stdout.write(`wrote ${path}\n`);
  }
}
