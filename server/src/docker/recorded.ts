import type { HistoryEntry } from './engine';

/** What an entry of an image's history says about the instruction that made it. */
export interface Recorded {
  /** `RUN`, `COPY`, …; empty where the entry tells of no instruction, as for an imported image. */
  readonly keyword: string;
  /** The text after the keyword, flags left out and white space collapsed. */
  readonly text: string;
  /** True where the sources of a COPY or ADD are recorded as a hash, so that only the destination is known. */
  readonly hashed: boolean;
}

const NOP = /^(?:[^'"&;]*?|(?:powershell|pwsh|cmd)\b.*? )#\(nop\)\s+([A-Za-z]+)\s*(.*)$/s;
const INSTRUCTION =
  /^(RUN|COPY|ADD|WORKDIR|ENV|LABEL|ARG|CMD|ENTRYPOINT|EXPOSE|VOLUME|USER|SHELL|STOPSIGNAL|HEALTHCHECK|ONBUILD|MAINTAINER)\s+(.*)$/s;
const HASHED = /(?:file|dir|multi):[0-9a-f]{16,} in (.*)$/s;

/** Reads `CreatedBy` as BuildKit, the classic builder and Buildah write it. */
export function readEntry({ createdBy }: HistoryEntry): Recorded {
  const text = createdBy.replace(/ # buildkit\s*$/, '').trim();
  const [, keyword = 'RUN', rest = text] = NOP.exec(text) ?? INSTRUCTION.exec(text) ?? [];
  if (rest === '') return { keyword: '', text: '', hashed: false };
  const hashed = /^(COPY|ADD)$/i.test(keyword) ? HASHED.exec(rest) : null;
  const told = hashed?.[1] ?? rest;
  return { keyword: keyword.toUpperCase(), text: collapse(withoutFlags(told)), hashed: hashed !== null };
}

/** In place of an instruction. */
export const NO_INSTRUCTION = '(no instruction recorded)';

/** The instruction as a person would have written it. */
export function readable(entry: HistoryEntry): string {
  const { keyword, text, hashed } = readEntry(entry);
  if (keyword === '') return entry.comment || NO_INSTRUCTION;
  if (hashed) return `${keyword} … ${text}`;
  if (keyword === 'RUN') return `RUN ${withoutShell(text)}`;
  return `${keyword} ${withoutGoSyntax(keyword, text)}`;
}

const SHELL_WORDS = /(?:sh|bash|ash|dash|zsh|ksh|pwsh|powershell|cmd)(?:\.exe)?((?: -o \w+| [-/]\w+)* )/gi;

/** Takes the shell and the build arguments in front of a command away. */
function withoutShell(text: string): string {
  const start = commandStart(text);
  return start === -1 ? text.replace(/^\|\d+ (\w+=\S* )*/, '') : text.slice(start);
}

/** Where the command begins that a shell is given; -1 where no shell is. */
function commandStart(text: string): number {
  const mayFollowArguments = /^\|\d+ /.test(text);
  for (const { 0: words, 1: options = '', index } of text.matchAll(SHELL_WORDS)) {
    if (!mayFollowArguments && !/^(?:\S*\/)?$/.test(text.slice(0, index))) return -1;
    const last = [...options.matchAll(/ (?:-\w*c|-Command|\/C)(?= )/gi)].at(-1);
    if (last) return index + words.length - options.length + last.index + last[0].length + 1;
  }
  return -1;
}

function withoutGoSyntax(keyword: string, text: string): string {
  if (keyword === 'EXPOSE') return text.replace(/^(?:map)?\[(.*)\]$/, '$1').replaceAll(':{}', '');
  if (keyword === 'HEALTHCHECK') return (healthcheckTest(text) ?? text).replaceAll('"', '');
  return text;
}

/**
 * `CMD-SHELL curl …` of what a builder recorded of a HEALTHCHECK: BuildKit since 0.33 `{Test:[CMD-SHELL curl …]
 * Interval:30s …}`, before that `&{["CMD-SHELL" "curl …"] "30s" …}`, Buildah the text itself.
 *
 * @returns undefined where it is recorded in another notation
 */
export function healthcheckTest(text: string): string | undefined {
  if (!/^&?\{/.test(text)) return text;
  return (/^\{Test:\[(.*)\] Interval:/s.exec(text) ?? /^&\{\[(.*)\] "/s.exec(text))?.[1];
}

function withoutFlags(text: string): string {
  return text.replace(/^(--[\w-]+(=\S*)?\s+)+/, '');
}

export function collapse(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
