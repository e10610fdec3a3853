import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Row {
  readonly avoid: string;
  /** What stands right before where it is fine. */
  readonly after?: string;
  readonly write: string;
  /** Only in what the programs say, not in documents. */
  readonly source?: string;
}

const table = readFileSync(join(__dirname, 'words-to-avoid.json'), 'utf8');
const { rows }: { readonly rows: readonly Row[] } = JSON.parse(table);

const WORDS = rows.map(row => ({
  avoid: new RegExp(row.avoid, 'gi'),
  after: row.after === undefined ? undefined : new RegExp(row.after),
  write: row.write,
  isForPrograms: row.source === 'program',
}));

/** Sentences of the documents have at most as many words: longer ones have to be read twice. */
const MOST_WORDS = 35;

/** The words of the text that people stumble over, with what to write instead. */
export function faultsOf(text: string, kind: 'program' | 'document'): string[] {
  return WORDS.filter(({ isForPrograms }) => kind === 'program' || !isForPrograms).flatMap(
    ({ avoid, after, write }) =>
      [...text.matchAll(avoid)]
        .filter(({ index }) => !after?.test(text.slice(0, index)))
        .map(([found]) => `"${found}" (write: ${write})`),
  );
}

/** Messages stand in one line of an editor's list: the size that a finding claims comes on top. */
const MOST_CHARACTERS = 150;

/** What is wrong with the message of a finding, with its evidence left out: `about 20 MB (estimated)`. */
export function messageFaults(message: string): string[] {
  const bare = message.replace(/,? ?(about )?[\d.]+ [kMGT]?B( \((estimated|measured)\))?/g, '');
  const tooLong = bare.length > MOST_CHARACTERS ? [`${bare.length} characters`] : [];
  return [...tooLong, ...faultsOf(message, 'program')];
}

/** The sentences that are too long, of a paragraph whose code is left out. A colon and a semicolon end one, too. */
export function longSentences(paragraph: string): string[] {
  return paragraph
    .split(/(?<=[.:;?!]["”)*]*)\s+/)
    .filter(sentence => !sentence.startsWith('|') && wordsOf(sentence) > MOST_WORDS);
}

function wordsOf(sentence: string): number {
  return sentence.split(/\s+/).filter(word => /\w/.test(word)).length;
}
