import { once } from '../text/once-per';
import data from './secret-files.json';

const files = once(() =>
  data.files.map(({ regexp, flags, holds }) => ({ name: new RegExp(regexp, flags), holds })),
);

/** What a file with passwords, tokens or private keys holds, as a message names it; undefined for all others. */
export function heldSecrets(fileName: string): string | undefined {
  return files().find(it => it.name.test(fileName))?.holds;
}
