import assert from 'node:assert/strict';
import { parseCompose } from '../../server/src/core/compose/parse';
import { DEFAULT_CONFIG } from '../../server/src/core/config';
import { fixAll } from '../../server/src/core/fix-all';
import { lint } from '../../server/src/core/lint';
import { NO_ENGINE } from '../../server/src/core/project/engine';
import { NO_WORKSPACE } from '../../server/src/core/project/workspace';
import { loadGrammar } from '../support/grammar';

const CONTEXT = { workspace: NO_WORKSPACE, engine: NO_ENGINE };

/**
 * Parses and lints within a second of processor time, however busy the machine is, and without a rule that throws. A
 * first run may pay for the compilation of what it calls, so the second one counts where the first took longer.
 */
function survives(text: string): void {
  const milliseconds = processorTime(text);
  if (milliseconds < 1000) return;
  const again = processorTime(text);
  assert.ok(
    again < 1000,
    `took ${Math.round(milliseconds)} ms, and ${Math.round(again)} ms when it was repeated`,
  );
}

/** In milliseconds, of parsing and linting. */
function processorTime(text: string): number {
  const start = process.cpuUsage();
  const file = parseCompose('compose.yaml', text);
  lint(file, CONTEXT, {
    config: DEFAULT_CONFIG,
    onRuleFailure: (id, error) => {
      throw new Error(`${id} threw`, { cause: error });
    },
  });
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function repeat(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('');
}

/** Each anchor holds the one before nine times. */
function laughs(wrap: (aliases: string) => string): string {
  return `a0: &a0 [lol]\n${repeat(30, i => `a${i + 1}: &a${i + 1} ${wrap(Array(9).fill(`*a${i}`).join(', '))}\n`)}`;
}

describe('bad Compose files', () => {
  before(loadGrammar);

  const texts: Readonly<Record<string, string>> = {
    'an empty file': '',
    'a byte order mark alone': '\uFEFF',
    'a lone backslash': '\\',
    'a file that is a list': '- services\n- build\n',
    'a file that is a scalar': 'services\n',
    'services that are a list': 'services:\n  - web\n  - db\n',
    'services that are scalars': 'services:\n  web: nginx\n  db:\n',
    'tabs for indentation': 'services:\n\tweb:\n\t\timage: nginx\n',
    'an unclosed quote': 'services:\n  web:\n    command: "pip install\n  db:\n    image: x\n',
    'an unclosed bracket': 'services: {web: {image: x, ports: [1, 2\n',
    'a cycle': 'a: &a\n  b: *a\nservices: &s\n  x: *s\n  y: &y\n    <<: *y\n    build: *y\n  z: &z [*z]\n',
    'an alias without an anchor': 'services:\n  web: *gone\n  db:\n    <<: *gone\n    image: x\n',
    'a laughing list': `${laughs(all => `[${all}]`)}services:\n  a:\n    image: x\n    command: *a30\n    build: { context: ., args: *a30 }\n  b:\n    image: x\n    build: { context: ., labels: *a30 }\n`,
    'laughing mappings': `${laughs(all => `{<<: [${all}], k: [${all}]}`)}services:\n  a: *a30\n  b: { build: *a30 }\n`,
    'laughing builds': `${laughs(all => `{x: [${all}], y: [${all}]}`)}services:\n  a: { build: *a30 }\n  b: { build: *a30 }\n`,
    'extends in a circle': 'services:\n  a: { extends: b }\n  b: { extends: a }\n',
    'a long chain of extends': `services:\n${repeat(2000, i => `  s${i}: { extends: s${i + 1}, k${i}: v }\n`)}`,
    'brackets without end': `a: ${'['.repeat(50_000)}`,
    'dashes without end': '- '.repeat(10_000),
    'question marks without end': '? '.repeat(10_000),
    'keys nested a thousand deep': repeat(1000, i => `${' '.repeat(i)}a:\n`),
    'many documents': '---\nservices: {}\n'.repeat(1000),
    'ten thousand lines': `services:\n${repeat(2000, i => `  s${i}:\n    image: x:${i}\n    # c\n    restart: always\n    command: sh -c "run ${i}"\n`)}`,
    'ten thousand lines of one command': `services:\n  a:\n    image: x\n    command: >\n${'      pip install x &&\n'.repeat(10_000)}`,
    'ten thousand aliases': `x: &x { a: b }\nservices:\n${repeat(5000, i => `  s${i}:\n    environment: *x\n`)}`,
    'the null character': 'services:\n  \0web\0:\n    image: \0\n',
    'keys that are no scalars': '? [a, b]\n: c\n? { d: e }\n: f\nservices: { ? [x] : y }\n',
    'names of built-in properties':
      'services:\n  __proto__: { image: x }\n  constructor: { image: x, toString: { a: b } }\n',
  };
  for (const [title, text] of Object.entries(texts)) {
    it(`stands ${title}`, () => survives(text)).timeout(20_000);
    it(`stands ${title} with Windows line ends`, () => survives(text.replaceAll('\n', '\r\n'))).timeout(
      20_000,
    );
  }

  it('says that a list is no Compose file', () => {
    const { problems } = parseCompose('compose.yaml', '- a\n');
    assert.match(problems.map(it => it.message).join(), /a Compose file is a mapping/);
  });

  it('says that nesting is too deep', () => {
    const { problems } = parseCompose('compose.yaml', `a: ${'['.repeat(5000)}${']'.repeat(5000)}`);
    assert.match(problems.map(it => it.message).join(), /nested more than 100 levels deep/);
  });

  it('reads what stands around a mistake', () => {
    const { services, problems } = parseCompose(
      'compose.yaml',
      'services:\n  a:\n    image: x\n    ports: [1, 2\n  b:\n    image: y\n',
    );
    assert.ok(problems.length > 0);
    assert.equal(services[0]?.image?.text, 'x');
  });

  it('finds and fixes behind a byte order mark', () => {
    const file = parseCompose(
      'compose.yaml',
      '\uFEFFversion: "3"\nservices:\n  a:\n    image: x\n    mem_limit: 1g\n',
    );
    const options = { config: { rules: {}, only: ['obsolete-version-key'] } };
    assert.equal(
      fixAll(file, CONTEXT, options, ['safe']).text,
      '\uFEFFservices:\n  a:\n    image: x\n    mem_limit: 1g\n',
    );
  });
});
