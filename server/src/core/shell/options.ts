import type { Word } from '../text/word';

/** One option of a command line with the value that it was given. */
export interface Option {
  /** `-r`, `--requirement`: as written, without `=value`. */
  readonly name: string;
  readonly word: Word;
  readonly value: string | undefined;
  /** The word that holds the value: the option's own for `--name=value`. */
  readonly valueWord: Word | undefined;
}

/** A command line read as options and operands. */
export interface CommandLine {
  readonly options: readonly Option[];
  readonly operands: readonly Word[];
}

/** What a program's options are: those named here take the next word as their value. */
export interface OptionSyntax {
  readonly takesValue: readonly string[];
}

/**
 * Reads words as the usual option parsers do: `--name value`, `--name=value`, `-xyz`, `-rFILE`, and `--`,
 * behind which all are operands.
 */
export function readCommandLine(words: readonly Word[], syntax: OptionSyntax): CommandLine {
  const options: Option[] = [];
  const operands: Word[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word) break;
    if (word.text === '--') {
      operands.push(...words.slice(i + 1));
      break;
    }
    if (!word.text.startsWith('-') || word.text === '-') {
      operands.push(word);
      continue;
    }
    const read = word.text.startsWith('--')
      ? [longOption(word, words[i + 1], syntax)]
      : shortOptions(word, words[i + 1], syntax);
    options.push(...read);
    if (read.some(option => option.valueWord && option.valueWord !== word)) i++;
  }
  return { options, operands };
}

function longOption(word: Word, next: Word | undefined, syntax: OptionSyntax): Option {
  const equals = word.text.indexOf('=');
  if (equals !== -1) {
    return { name: word.text.slice(0, equals), word, value: word.text.slice(equals + 1), valueWord: word };
  }
  const valueWord = syntax.takesValue.includes(word.text) ? next : undefined;
  return { name: word.text, word, value: valueWord?.text, valueWord };
}

function shortOptions(word: Word, next: Word | undefined, syntax: OptionSyntax): Option[] {
  const options: Option[] = [];
  for (let i = 1; i < word.text.length; i++) {
    const name = `-${word.text.charAt(i)}`;
    if (!syntax.takesValue.includes(name)) {
      options.push({ name, word, value: undefined, valueWord: undefined });
      continue;
    }
    const rest = word.text.slice(i + 1).replace(/^=/, '');
    const inline = rest !== '';
    options.push({ name, word, value: inline ? rest : next?.text, valueWord: inline ? word : next });
    break;
  }
  return options;
}

/** The first option of one of these names, which are those of one option: its short and its long one. */
export function option(line: CommandLine, ...names: readonly string[]): Option | undefined {
  return line.options.find(it => names.includes(it.name));
}
