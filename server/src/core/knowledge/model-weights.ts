import { once } from '../text/once-per';
import data from './model-weights.json';
import { entryOf } from './table';

const files = once(() => data.files.regexps.map(it => new RegExp(it, data.files.flags)));
const largeFiles = once(() => data.largeFiles.regexps.map(it => new RegExp(it, data.largeFiles.flags)));

/** True for the name of a file that holds the weights of a model, whatever is in front. */
export function isWeightFile(path: string): boolean {
  return files().some(form => form.test(path));
}

/** True for the name of a file that holds weights where it is large, and may be anything where it is not. */
export function isWeightFileIfLarge(path: string): boolean {
  return largeFiles().some(form => form.test(path));
}

/** Calls of Python libraries that fetch a model by its name. */
export function downloadingCalls(): readonly string[] {
  return data.calls;
}

/** True for a program that fetches a model, with the word that says so. */
export function isModelDownloader(program: string, verb: string | undefined): boolean {
  return data.programs.some(it => it.program === program && it.verb === verb);
}

/** Bytes of a model as it is downloaded. @param model in small letters, without its owner */
export function modelBytes(model: string): number | undefined {
  return entryOf(data.bytes, model);
}
