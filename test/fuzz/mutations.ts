// Texts as they are while somebody types, pastes and slips: the same for the same seed, on every machine.

/**
 * Endless variants of a text, each one to three slips away from it.
 *
 * @param seed an integer; the same seed gives the same variants in the same order
 * @param others texts that lines are taken over from, as by pasting
 */
export function* mutants(text: string, seed: number, others: readonly string[] = []): Generator<string> {
  const random = new Random(seed);
  for (;;) {
    let mutant = text;
    for (let left = random.below(3) + 1; left > 0; left--)
      mutant = random.of(SLIPS)(mutant, random, random.of([text, ...others]));
    yield mutant;
  }
}

/** The first so many mutants of a text. */
export function firstMutants(
  text: string,
  seed: number,
  count: number,
  others: readonly string[] = [],
): string[] {
  const all = mutants(text, seed, others);
  return Array.from({ length: count }, () => all.next().value as string);
}

/** Numbers that look random and follow from a seed: mulberry32, public domain, by Tommy Ettinger. */
export class Random {
  constructor(private state: number) {}

  /** An integer from 0 to `end`, which is not among them. */
  below(end: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  /** @param items not empty */
  of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
}

type Slip = (text: string, random: Random, other: string) => string;

/** What is typed too much: each means something to a shell, to BuildKit, to YAML or to TOML. */
const STRAY = [
  '"',
  "'",
  '`',
  '\\',
  '\\\\',
  '$',
  '${',
  '$(',
  '}',
  ')',
  '(',
  '[',
  ']',
  '{',
  '#',
  ' #',
  '&&',
  ' && ',
  ';',
  '|',
  '||',
  '<<EOF',
  '<<-"E"',
  '>',
  '=',
  ':',
  ': ',
  '- ',
  ',',
  '&a',
  '*a',
  '!',
  '%',
  '\t',
  ' ',
  '\n',
  '\r',
  '\r\n',
  '\\\n',
  '\n\n',
  '\0',
  '\u{feff}',
  '\u{2028}',
  '\u{a0}',
  'é',
  '😀',
  '--',
  ' -y',
];

/** What stands twice, or where it should not: commands whose rules once made edits on top of each other. */
const COMMANDS = [
  'apt-get update',
  'apt-get install -y git',
  'apk update',
  'apk add git',
  'pip install flask',
  'npm ci',
  'yarn install',
  'dnf install -y git',
  'rm -rf /var/lib/apt/lists/*',
  'chown -R app:app /app',
  'cd /app',
  'true',
];

const INSTRUCTIONS = [
  'USER app',
  'ENV A=1',
  'WORKDIR /app',
  'COPY . .',
  'RUN true',
  'CMD ["a"]',
  'FROM scratch',
  'ARG A',
  'SHELL ["/bin/bash", "-c"]',
];

const SLIPS: readonly Slip[] = [
  // A line that ends in one or two backslashes, or in one with a space behind it.
  (text, random) => atLineEnd(text, random, random.of(['\\', '\\\\', '\\\\\\', ' \\', '\\ ', ' \\\\', '`'])),
  (text, random) => insertAt(text, random.below(text.length + 1), random.of(STRAY)),
  (text, random) => insertAt(text, random.below(text.length + 1), random.of(STRAY)),
  (text, random) => atLineEnd(text, random, random.of(STRAY)),
  (text, random) => deleteAt(text, random.below(text.length + 1), random.below(8) + 1),
  (text, random) => deleteAt(text, random.below(text.length + 1), 1),
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => text.slice(random.below(Math.min(text.length, 80) + 1)),
  (text, random) => withLines(text, random, (line, at) => [line, ...Array<string>(at + 1).fill(line)]),
  (text, random) => withLines(text, random, () => []),
  (text, random) => withLines(text, random, line => [line, random.of(INSTRUCTIONS)]),
  (text, random, other) => withLines(text, random, line => [line, random.of(other.split('\n'))]),
  (text, random) => withLines(text, random, line => [random.of([' ', '  ', '\t']) + line]),
  (text, random) => withLines(text, random, line => [line.trimStart()]),
  (text, random) => withLines(text, random, line => [line.toLowerCase()]),
  (text, random) => withLines(text, random, line => [`# ${line}`]),
  (text, random) => withLines(text, random, line => [`${line} # ${random.of(STRAY)}`]),
  (text, random) => withLines(text, random, line => [doubled(line, random)]),
  (text, random) => withLines(text, random, line => [doubled(line, random)]),
  (text, random) => withLines(text, random, line => [withCommand(line, random)]),
  (text, random) => withLines(text, random, line => [withCommand(line, random)]),
  (text, random) => withLines(text, random, line => [wordTwice(line, random)]),
  (text, random) => withLines(text, random, line => [shuffledWords(line, random)]),
  text => text.replace(/\r?\n/g, '\r\n'),
  text => text + text,
  (text, random) => text.replace(/\n/, random.of(['\r', ' ', '\n\n', '\\\n'])),
];

function insertAt(text: string, at: number, inserted: string): string {
  return text.slice(0, at) + inserted + text.slice(at);
}

function deleteAt(text: string, at: number, length: number): string {
  return text.slice(0, at) + text.slice(at + length);
}

function atLineEnd(text: string, random: Random, inserted: string): string {
  return withLines(text, random, line => [line.replace(/\r?$/, end => inserted + end)]);
}

/** Puts other lines in the place of one. @param change gets the line and a small number */
function withLines(
  text: string,
  random: Random,
  change: (line: string, small: number) => readonly string[],
): string {
  const lines = text.split('\n');
  const at = random.below(lines.length);
  lines.splice(at, 1, ...change(lines[at] ?? '', random.below(3)));
  return lines.join('\n');
}

/** One command of a line again: `a && b` becomes `a && a && b`. */
function doubled(line: string, random: Random): string {
  const commands = line.split(' && ');
  const at = random.below(commands.length);
  const command = (commands[at] ?? '').replace(/^\s*(RUN|run)\s+/, '').replace(/\s*\\\r?$/, '');
  commands.splice(at + 1, 0, ...Array<string>(random.below(2) + 1).fill(command));
  return commands.join(' && ');
}

function withCommand(line: string, random: Random): string {
  const command = random.of(COMMANDS);
  return /^\s*run\s/i.test(line)
    ? line.replace(/^\s*run\s+/i, start => `${start}${command} ${random.of(['&&', ';', '||', '|'])} `)
    : `${line} && ${command}`;
}

function wordTwice(line: string, random: Random): string {
  const words = line.split(' ');
  const at = random.below(words.length);
  words.splice(at, 0, words[at] ?? '');
  return words.join(' ');
}

function shuffledWords(line: string, random: Random): string {
  const words = line.split(' ');
  const [one, other] = [random.below(words.length), random.below(words.length)];
  const [first = '', second = ''] = [words[one], words[other]];
  words[one] = second;
  words[other] = first;
  return words.join(' ');
}
