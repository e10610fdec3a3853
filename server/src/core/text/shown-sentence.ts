import { visible } from './visible';

/** A message, a title or a reason, with the names that it quotes: an editor shows some 200 units of it. */
export const MOST_SENTENCE_LENGTH = 1000;

/** A sentence as it may be shown anywhere. A name may be as long as its file, so that what is too long is cut. */
export function shownSentence(text: string): string {
  if (text.length <= MOST_SENTENCE_LENGTH) return visible(text);
  return `${visible(text.slice(0, MOST_SENTENCE_LENGTH).replace(/[\ud800-\udbff]$/, ''))}…`;
}
