import type { Word } from '../text/word';
import type { Assignment } from './command';

/** Programs that only run the command behind them, with the options of theirs that take a value. */
const WRAPPERS: Readonly<Record<string, readonly string[]>> = {
  sudo: ['-u', '-g', '-h', '-p', '-C', '-D', '-R', '-T'],
  doas: ['-u', '-C'],
  env: ['-u', '-C', '-S', '--unset', '--chdir'],
  exec: ['-a'],
  command: [],
  builtin: [],
  nohup: [],
  time: ['-f', '-o'],
  nice: ['-n'],
  ionice: ['-c', '-n'],
  timeout: ['-k', '-s', '--kill-after', '--signal'],
  eatmydata: [],
  gosu: [],
  'su-exec': [],
  'dumb-init': [],
  tini: [],
};

/** Wrappers whose first argument is not the command yet: `timeout 30 …`, `gosu app …`. */
const WITH_OPERAND = new Set(['timeout', 'gosu', 'su-exec']);

export interface Unwrapped {
  readonly wrappers: readonly Word[];
  readonly wrapped: readonly Word[];
  readonly assigned: readonly Assignment[];
}

/** Tells `sudo env A=b` from the command that it runs. A wrapper without a command behind it is the command. */
export function unwrap(words: readonly Word[]): Unwrapped {
  const assigned: Assignment[] = [];
  let at = 0;
  for (;;) {
    const end = wrapperEnd(words, at, assigned);
    if (end === undefined || end >= words.length) break;
    at = end;
  }
  return { wrappers: words.slice(0, at), wrapped: words.slice(at), assigned };
}

/** The index behind the wrapper at `start`; undefined where none is there. */
function wrapperEnd(words: readonly Word[], start: number, assigned: Assignment[]): number | undefined {
  const name = words[start]?.text ?? '';
  const valueOptions = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  if (!valueOptions) return undefined;
  if (name === 'command' && words[start + 1]?.text.startsWith('-')) return undefined;
  let at = start + 1;
  for (let word = words[at]; word; word = words[at]) {
    const assignment = name === 'env' || name === 'sudo' ? asAssignment(word) : undefined;
    if (assignment) assigned.push(assignment);
    else if (!word.text.startsWith('-')) break;
    at += valueOptions.includes(word.text) ? 2 : 1;
  }
  return WITH_OPERAND.has(name) ? at + 1 : at;
}

function asAssignment(word: Word): Assignment | undefined {
  const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(word.text);
  return match ? { span: word.span, name: match[1] ?? '', value: match[2] ?? '' } : undefined;
}
