import { shellWords } from './shell-words';

/** A heredoc as BuildKit finds it in the words of an instruction. */
export interface EngineHeredoc {
  readonly name: string;
  /** Written `<<-`: tabs before the closing line do not count. */
  readonly chomps: boolean;
}

/** The heredocs that an instruction's line opens, in order; none where the line has an open quote. */
export function heredocsOf(line: string): EngineHeredoc[] {
  if (!line.includes('<<')) return [];
  const words = shellWords(line, { quotes: true, escapes: true }) ?? [];
  return words.flatMap(word => heredocOf(word) ?? []);
}

/** The heredoc that a word is: `<<EOF`, `3<<-"EOF"`; undefined where it is none. */
export function heredocOf(word: string): EngineHeredoc | undefined {
  const match = /^\d*<<(-?)([^<]*)$/.exec(word);
  const written = match?.[2]?.replace(/^[\t\n\f\r ]+/, '');
  if (!match || !written) return undefined;
  const [name, ...more] = shellWords(written, { quotes: false, escapes: false }) ?? [];
  if (name === undefined || more.length > 0) return undefined;
  return { name, chomps: match[1] === '-' };
}
