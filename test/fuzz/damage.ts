import type { Random } from './random';

/** What people, tools and accidents write into files, at places where nothing of it belongs. */
const PIECES: readonly string[] = [
  '\\\n',
  '\\\\\n',
  '\\',
  '`\n',
  '\r\n',
  '\r',
  '\n',
  '\n\n',
  ' ',
  '\t',
  '\0',
  '\uFEFF',
  '\uD800',
  '\u2028',
  '\u0085',
  '\u001B[31m',
  '"',
  "'",
  '`',
  '$',
  '${',
  '}',
  '${A:-',
  '${A:-${B:?',
  '$(',
  '$((',
  ')',
  '(',
  '((',
  '{',
  '[',
  ']',
  '[[',
  '<<EOF',
  '<<-"EOF"\n',
  'EOF\n',
  '&&',
  '||',
  '|',
  ';',
  '&',
  '>',
  '2>&1',
  '#',
  ' # ',
  '# plimsoll ignore=',
  '# hadolint ignore=DL3008\n',
  '# escape=`\n',
  '# syntax=x\n',
  '# check=skip=all\n',
  'FROM ',
  'FROM a AS b\n',
  'FROM scratch\n',
  'RUN ',
  'RUN --mount=type=cache,target=/x ',
  'COPY --from=0 ',
  'COPY . .\n',
  'ADD ',
  'ENV a=',
  'ENV ',
  'ARG A=$A\n',
  'ARG ',
  'USER root\n',
  'WORKDIR ',
  'SHELL ["',
  'ONBUILD ',
  'HEALTHCHECK ',
  'CMD [',
  'ENTRYPOINT ',
  'EXPOSE 1-',
  'VOLUME ["',
  'LABEL a="',
  'STOPSIGNAL ',
  'apt-get update',
  'apt-get install -y gcc',
  'rm -rf /var/lib/apt/lists/*',
  'apk update',
  'apk add --no-cache git',
  'pip install -r requirements.txt',
  'pip install --no-cache-dir x==1',
  'npm ci',
  'yarn',
  'uv sync --frozen',
  'chown -R a:b /x',
  'curl -o x http://x',
  'if a; then b; fi',
  'for a in b; do c; done',
  'set -e',
  'cd /x',
  'sh -c "',
  "bash -c '",
  ': ',
  ':',
  '- ',
  '-',
  '? ',
  '|\n',
  '>-\n',
  '&a ',
  '*a',
  '<<: *a\n',
  '!!str ',
  '!reset ',
  '---\n',
  '...\n',
  '  ',
  '    ',
  '{a: ',
  '[a, ',
  '%YAML 1.1\n',
  'services:\n',
  'image: ',
  'build: .\n',
  'extends: ',
  'deploy:\n',
  'healthcheck:\n',
  'command: ',
  'environment:\n',
  'volumes:\n',
  '==',
  '>=',
  '~=1',
  '; python_version',
  '-r x.txt\n',
  '-e .\n',
  '--hash=sha256:',
  '[a,b]',
  ' @ git+https://x',
  '=',
  '[project]\n',
  '[[a]]\n',
  '"""',
  "'''",
  'a = [',
];

/** Text that is longer than this is not made any longer: characters. */
const MOST_CHARACTERS = 20_000;

type Damage = (text: string, random: Random, other: string) => string;

const DAMAGES: readonly Damage[] = [
  (text, random) => insertAt(text, random, random.pick(PIECES)),
  (text, random) => insertAt(text, random, random.pick(PIECES)),
  (text, random) => insertAt(text, random, random.pick(PIECES).repeat(1 + random.below(40))),
  // Gone: a character, a piece, the end.
  (text, random) => cut(text, random, 1),
  (text, random) => cut(text, random, 1 + random.below(20)),
  (text, random) => text.slice(0, random.below(text.length + 1)),
  // Twice: a piece, a line, a line many times.
  (text, random) => {
    const [start, end] = stretch(text, random, 60);
    return insertAt(text, random, text.slice(start, end));
  },
  (text, random) =>
    withLines(text, lines => lines.toSpliced(random.below(lines.length), 0, random.pick(lines))),
  (text, random) => {
    const times = 2 + random.below(30);
    return withLines(text, lines => {
      const at = random.below(lines.length);
      return lines.toSpliced(at, 0, ...Array.from({ length: times }, () => lines[at] ?? ''));
    });
  },
  // Commands of a RUN twice in a row.
  (text, random) => {
    const parts = text.split('&&');
    const at = random.below(parts.length);
    return parts.toSpliced(at, 0, ` ${(parts[at] ?? '').trim()} `).join('&&');
  },
  // Elsewhere: a line, a character of another kind, another file's piece.
  (text, random) =>
    withLines(text, lines => {
      const [line = ''] = lines.splice(random.below(lines.length), 1);
      return lines.toSpliced(random.below(lines.length + 1), 0, line);
    }),
  (text, random) => {
    const at = random.below(text.length + 1);
    return (
      text.slice(0, at) +
      String.fromCharCode(random.below(random.oneIn(4) ? 0x10000 : 0x80)) +
      text.slice(at + 1)
    );
  },
  (text, random, other) => {
    const [start, end] = stretch(other, random, 400);
    return insertAt(text, random, other.slice(start, end));
  },
  (text, random, other) =>
    withLines(text, lines => [
      ...lines.slice(0, random.below(lines.length + 1)),
      ...other.split('\n').slice(random.below(20)),
    ]),
  // Every line in the same way.
  text => text.replaceAll('\n', '\r\n'),
  (text, random) => text.replaceAll(random.pick(['=', ' ', '"', '/', '-', 'a']), random.pick(PIECES)),
];

/**
 * A text as somebody half-way through typing, a merge gone wrong or a tool with a defect leaves it.
 *
 * @param other a text to take pieces of
 */
export function damaged(text: string, random: Random, other: string): string {
  let result = text;
  for (let left = 1 + random.below(4); left > 0; left--) {
    const next = random.pick(DAMAGES)(result, random, other);
    result = next.length <= MOST_CHARACTERS ? next : next.slice(0, MOST_CHARACTERS);
  }
  return result;
}

function insertAt(text: string, random: Random, piece: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + piece + text.slice(at);
}

function cut(text: string, random: Random, length: number): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + text.slice(at + length);
}

function stretch(text: string, random: Random, most: number): [number, number] {
  const start = random.below(text.length + 1);
  return [start, start + random.below(most)];
}

function withLines(text: string, change: (lines: string[]) => readonly string[]): string {
  return change(text.split('\n')).join('\n');
}
