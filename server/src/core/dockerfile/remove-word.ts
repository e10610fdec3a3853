import type { Command } from '../shell/command';
import { type Edit, remove } from '../text/edit';
import { blanksStart } from '../text/ends';
import { type Span, span } from '../text/span';
import type { Word } from '../text/word';
import type { Dockerfile } from './model';

/** Takes words out of a command with the gap before each: a line that a word had for itself goes too. */
export function removeWord(file: Dockerfile, command: Command, ...words: readonly Word[]): Edit[] {
  return words.map(word => remove(withGap(file, command, word)));
}

function withGap(file: Dockerfile, command: Command, word: Word): Span {
  const before = command.words.findLast(other => other.span.end <= word.span.start);
  const start = before?.span.end ?? word.span.start;
  const commented = file.comments.find(it => start < it.span.end && it.span.start < word.span.start);
  if (!commented) return span(start, word.span.end);
  return span(blanksStart(file.text, word.span.start), word.span.end);
}
