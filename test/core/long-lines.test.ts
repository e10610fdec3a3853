// Texts that took regular expressions the square of their length, or more, are read in time by their length.
import assert from 'node:assert/strict';
import { milliseconds } from '../../server/src/core/analysis/health-checks/check-options';
import { interpolate } from '../../server/src/core/compose/interpolation';
import { parseCompose, parseYaml } from '../../server/src/core/compose/parse';
import { suppressions } from '../../server/src/core/directives';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import { expand } from '../../server/src/core/dockerfile/variables';
import { parsePythonManifest } from '../../server/src/core/manifests/python-manifest';
import { parseDockerignore, takenBackPaths } from '../../server/src/core/project/dockerignore';
import { unknownToDash } from '../../server/src/core/shell/dash';
import { minimalEdits, unifiedDiff } from '../../server/src/core/text/diff';
import { readEnvFile } from '../../server/src/host/compose-targets';
import { parseGitIgnore } from '../../server/src/host/git-ignore';
import { loadGrammar } from '../support/grammar';
import { assertLinear } from '../support/growth';

const dockerfile = (text: string) => suppressions(parseDockerfile('Dockerfile', text));
const compose = (text: string) => suppressions(parseCompose('compose.yaml', text));
const requirements = (text: string) => suppressions(parsePythonManifest('requirements.txt', text));
const pyproject = (text: string) => suppressions(parsePythonManifest('pyproject.toml', text));
const blanks = (size: number) => ' '.repeat(size * 2);

interface Case {
  readonly title: string;
  readonly make: (size: number) => string;
  readonly read: (text: string) => void;
}

const CASES: readonly Case[] = [
  {
    title: 'quotes in a row in ENV',
    make: size => `FROM a\nENV ${'"'.repeat(size)}\nENV ${`"'`.repeat(size)}\n`,
    read: dockerfile,
  },
  {
    title: 'quotes in a row in LABEL',
    make: size => `FROM a\nLABEL ${"'".repeat(size + 1)}\nLABEL a="${'\\"'.repeat(size)}\n`,
    read: dockerfile,
  },
  {
    title: 'blanks in a Dockerfile',
    make: size =>
      `FROM a${blanks(size)}\nRUN a${blanks(size)}b\nENV a=b${blanks(size)}c=d\nENV a b${blanks(size)}c\nCOPY a${blanks(size)}b\n` +
      `CMD ["a",${blanks(size)}"b"]\nRUN <<EOF\na${blanks(size)}# b\nb${blanks(size)}c\nEOF\n`,
    read: dockerfile,
  },
  {
    title: 'blanks in comments that silence rules',
    make: size =>
      `#${blanks(size)}x\n# plimsoll ignore=${blanks(size)}"\n# plimsoll ignore=a${blanks(size)}--${blanks(size)}\n` +
      `# hadolint ignore=${blanks(size)}"\n# check =${blanks(size)}\nFROM a\n`,
    read: dockerfile,
  },
  {
    title: 'blanks in a Compose file',
    make: size =>
      `services:\n  a:${blanks(size)}# x\n    image: x${blanks(size)}y\n    command: "a${blanks(size)}b"\n` +
      `    entrypoint: a${blanks(size)}\n    user: 'a${blanks(size)}b'${blanks(size)}# plimsoll ignore=${blanks(size)}"\n`,
    read: compose,
  },
  {
    title: 'variables inside each other in a Compose file',
    make: size =>
      `services:\n  a:\n    image: "${'${a-'.repeat(size)}"\n    volumes: ["${'${a:'.repeat(size)}"]\n`,
    read: compose,
  },
  {
    title: 'operators of a requirement in a row',
    make: size => `a${'=='.repeat(size)},,\na${'~==='.repeat(size)},,\na${'<'.repeat(size)},,\n`,
    read: requirements,
  },
  {
    title: 'extras inside each other',
    make: size => `a${'['.repeat(size)}\na${'[a]'.repeat(size)}\na${'.zip['.repeat(size)}\n`,
    read: requirements,
  },
  {
    title: 'blanks in requirements',
    make: size =>
      `a${blanks(size)}b\na==1${blanks(size)}#x\na${blanks(size)};${blanks(size)}b\n-r${blanks(size)}a\n#${blanks(size)}x\na @${blanks(size)}\n`,
    read: requirements,
  },
  {
    title: 'blanks and operators in pyproject.toml',
    make: size =>
      `[project]${blanks(size)}\nname = "x"${blanks(size)}# y\ndependencies = ["a${blanks(size)}b",${blanks(size)}"a${'=='.repeat(size)} ,"]\n`,
    read: pyproject,
  },
  {
    title: 'blanks in .env',
    make: size =>
      `A=b${blanks(size)}c\nA${blanks(size)}b\n${blanks(size)}x\nexport${blanks(size)}\nA=${blanks(size)}#\n`,
    read: text => readEnvFile(text),
  },
  {
    title: 'a quote that is not closed in .env',
    make: size => `A="${'\\n'.repeat(size)}\nB='${'\\\\'.repeat(size)}\n`,
    read: text => readEnvFile(text),
  },
  {
    title: 'blanks in .dockerignore',
    make: size => `a${blanks(size)}b\n${blanks(size)}x\n!${blanks(size)}y\n`,
    read: text => parseDockerignore(text).ignores('a/b'),
  },
  {
    title: 'brackets in .dockerignore',
    make: size => `!${'\\['.repeat(size)}\n!${'[a]'.repeat(size)}\n${'['.repeat(size)}\n`,
    read: text => takenBackPaths(text),
  },
  {
    title: 'stars in .dockerignore',
    make: size => `${'*a'.repeat(size / 50)}b\n${'**/a'.repeat(size / 50)}b\n`,
    read: text => parseDockerignore(text).ignores(`${'a'.repeat(250)}/${'a/'.repeat(100)}c`),
  },
  {
    title: 'blanks and slashes in .gitignore',
    make: size =>
      `a${blanks(size)}b\n${blanks(size)}\n${'/'.repeat(size)}\n${'!'.repeat(size)}\n${'**/a/'.repeat(size)}\n`,
    read: text => parseGitIgnore(text).test('a/b'),
  },
  {
    title: 'blanks in .plimsoll.yaml',
    make: size =>
      `rules:${blanks(size)}\n  pip-cache-left:${blanks(size)}off${blanks(size)}# x\n#${blanks(size)}y\n`,
    read: text => parseYaml(text),
  },
  {
    title: 'a duration of a health check',
    make: size => `0.${'s000'.repeat(size)}0`,
    read: text => milliseconds(text),
  },
  {
    title: 'tests inside each other in a script',
    make: size => 'test [ '.repeat(size),
    read: text => unknownToDash(text),
  },
  {
    title: 'variables inside each other, expanded and interpolated',
    make: size => '${a-'.repeat(size) + '${'.repeat(size),
    read: text => {
      expand(text, new Map());
      interpolate(text);
    },
  },
];

describe('time by the length of a text, for', function () {
  this.timeout(60_000);
  before(loadGrammar);

  for (const { title, make, read } of CASES) it(title, () => assertLinear(make, read));

  it('a diff of files of which every line changes', () => {
    const lines = (size: number, prefix: string) =>
      Array.from({ length: size }, (_, index) => `${prefix}${index}\n`).join('');
    const read = (before: string) => {
      const after = before.replaceAll('a', 'b');
      assert.equal(minimalEdits(before, after).length, before === after ? 0 : 1);
      unifiedDiff('x', before, after);
    };
    assertLinear(size => lines(size, 'a'), read, 2500);
  });
});

describe('an unclosed quote in .env', () => {
  const key = Array.from({ length: 40 }, (_, index) => `\\n${String(index).repeat(8)}`).join('');

  it('leaves the value as it is written', () => {
    assert.deepEqual(
      [...readEnvFile('A="b c\nB=2 # two\n')],
      [
        ['A', '"b c'],
        ['B', '2'],
      ],
    );
  });

  it('closes at the last quote where each has a backslash, as before', () => {
    assert.deepEqual([...readEnvFile('A="C:\\data\\"\n')], [['A', 'C:\\data\\']]);
  });

  it('of forty lines in one value takes no time', () => {
    const start = process.cpuUsage();
    readEnvFile(`KEY="${key}\n`);
    const { user, system } = process.cpuUsage(start);
    assert.ok(user + system < 1_000_000, `${user + system} µs`);
  });
});
