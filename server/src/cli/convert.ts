import { Command } from 'commander';
import { titleWithGain } from '../core/analysis/sizes/evidence';
import { isForOtherImage, type NotOffered, reasonText } from '../core/decline';
import { repositoryName } from '../core/dockerfile/image-ref';
import type { Offer } from '../core/finding';
import { type ConversionOffers, conversions } from '../core/lint';
import { linesOf } from '../core/text/lines';
import { encodingReason } from '../host/decode-text';
import type { Source, Sources } from '../host/sources';
import { EXIT, Misuse } from './exit';
import { lines } from './format/render';
import { holdingSignals } from './hold-signals';
import { openSources, theOneFile } from './open-sources';
import { print, warn } from './output';
import { onLeftAlone } from './rule-failure';
import { writeChanges } from './write-changes';

interface ConvertOptions {
  readonly list?: boolean;
  readonly service?: string;
  readonly write?: boolean;
}

export function convertCommand(): Command {
  return new Command('convert')
    .description('rewrite a whole file, or list which rewrites are offered')
    .argument('[conversion]', 'the id of the conversion; with --list, the file')
    .argument('[file]', 'the Dockerfile or Compose file')
    .option('--list', 'list which conversions are offered here, and why the others are not')
    .option('--service <name>', 'the Compose service to convert, if there are several')
    .option('--write', 'write the files instead of printing them')
    .action(convert);
}

async function convert(
  first: string | undefined,
  second: string | undefined,
  options: ConvertOptions,
): Promise<void> {
  if (options.list) {
    if (!first || second) throw new Misuse('usage: plimsoll convert --list FILE');
    await list(await theOneFile(openSources([first], { selection: {} }), first));
    return;
  }
  if (!first || !second) throw new Misuse('usage: plimsoll convert CONVERSION FILE');
  const sources = openSources([second], { selection: {} });
  const source = await theOneFile(sources, second);
  if (source.encodingProblem) {
    onLeftAlone(source.file.path, encodingReason(source.encodingProblem));
    return;
  }
  const found = conversions(source.file, source.context);
  const chosen = found.find(({ conversion }) => conversion.meta.id === first);
  if (!chosen)
    throw new Misuse(`there is no conversion ${first} for ${second}; choose one of ${names(found)}`);
  const offer = choose(chosen, options.service);
  if (!offer) {
    warn(reasons(chosen, options.service));
    process.exitCode = EXIT.findings;
    return;
  }
  await sources.apply(source, offer.changes());
  await put(sources, options);
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
  return declined.map(reasonText).join('; ') || `${conversion.meta.id} has nothing to convert here`;
}

/** What is offered comes first, then what is not and why, and last those for other images, which tell nothing of this file. */
async function list({ file, context }: Source): Promise<void> {
  const found = conversions(file, context);
  for (const { conversion, offers } of found) {
    for (const { subject, gain } of offers) {
      const service = subject ? ` --service ${subject}` : '';
      print(lines(`${conversion.meta.id}${service}: ${titleWithGain(conversion.meta.title, gain)}`));
    }
  }
  const places = linesOf(file.text);
  const others = ofOtherLanguages(file, found);
  for (const { conversion, offers, declined } of found.filter(it => !others.includes(it))) {
    for (const reason of declined) {
      const place = reason.at && !reason.in ? ` (line ${places.lineOf(reason.at.start) + 1})` : '';
      print(lines(`${conversion.meta.id}: not offered: ${reasonText(reason)}${place}`));
    }
    if (offers.length + declined.length === 0)
      print(lines(`${conversion.meta.id}: not offered: nothing here to convert`));
  }
  if (others.length > 0)
    print(lines(`not offered for this base image: ${others.map(it => it.conversion.meta.id).join(', ')}`));
}

/** Conversions that only say that the image is of another language; none where no conversion knows the image. */
function ofOtherLanguages(
  file: Source['file'],
  found: readonly ConversionOffers[],
): readonly ConversionOffers[] {
  const images = file.language === 'dockerfile' ? file.stages.map(it => it.base) : [];
  // Python on another system than Debian is a near miss.
  const isPython = images.some(it => it.kind === 'image' && repositoryName(it.ref) === 'python');
  const isOther = (it: NotOffered) =>
    isForOtherImage(it) && !(isPython && it.code === 'not-python-on-debian');
  const others = found.filter(({ offers, declined }) => offers.length === 0 && declined.some(isOther));
  const isKnown = found.some(it => LANGUAGES.test(it.conversion.meta.id) && !others.includes(it));
  return isKnown ? others : [];
}

const LANGUAGES = /^multi-stage-(?!static-site$)/;

async function put(sources: Sources, { write }: ConvertOptions): Promise<void> {
  if (write) {
    await holdingSignals(signal => writeChanges(sources, { existing: 'wrote', made: 'wrote' }, signal));
    return;
  }
  const files = sources.changes().map(({ path, after }) => ({ path, text: after }));
  print({ kind: 'json', value: { files } });
}
