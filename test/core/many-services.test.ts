import assert from 'node:assert/strict';
import { DEFAULT_CONFIG } from '../../server/src/core/config';
import { lint, parseFile } from '../../server/src/core/lint';
import { MOST_SENTENCE_LENGTH } from '../../server/src/core/text/shown-sentence';
import { contextFor } from '../support/facts';
import { loadGrammar } from '../support/grammar';

const PATH = 'compose.yaml';
/** How often a report asks a finding for its fixes: for its line, for its marks and for the sum. */
const ASKED = 3;

function findingsOf(text: string) {
  const file = parseFile('compose', PATH, text);
  return lint(file, contextFor(PATH, { [PATH]: text }), { config: DEFAULT_CONFIG });
}

function services(count: number, of: string, head = ''): string {
  const all = Array.from({ length: count }, (_, index) => `  s${index}: # service ${index}\n${of}`);
  return `${head}services:\n${all.join('')}`;
}

/** Milliseconds of processor time in which all findings are asked for their fixes. */
function timeOfFixes(text: string): number {
  const findings = findingsOf(text);
  const before = process.cpuUsage();
  const asked = findings.flatMap(it => [it, ...(it.each ?? [])]);
  for (const finding of asked) for (let time = 0; time < ASKED; time++) finding.fixes?.();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('of thousands of services', () => {
  before(loadGrammar);

  it('each is offered the change of all in the time of one', () => {
    const short = timeOfFixes(services(1500, '    build: .\n'));
    const long = timeOfFixes(services(6000, '    build: .\n'));
    assert.ok(long < Math.max(short * 8, 500), `1,500 take ${short} ms, four times as many ${long} ms`);
  }).timeout(120_000);

  it('each is changed without a walk over the comments and aliases of all', () => {
    const head = 'x-logging: &logging\n  driver: json-file\n';
    const of = '    build: .\n    logging: *logging\n';
    const short = timeOfFixes(services(1500, of, head));
    const long = timeOfFixes(services(6000, of, head));
    assert.ok(long < Math.max(short * 8, 500), `1,500 take ${short} ms, four times as many ${long} ms`);
  }).timeout(120_000);

  it('no message and no title names all', () => {
    const findings = findingsOf(services(3000, '    build: .\n'));
    const lengths = findings.flatMap(it => [it.message, ...(it.fixes?.() ?? []).map(fix => fix.title)]);
    assert.ok(Math.max(...lengths.map(text => text.length)) < 200);
  }).timeout(120_000);
});

describe('a name of a whole page', () => {
  before(loadGrammar);

  it('is cut where a message quotes it', () => {
    const name = '🐳'.repeat(100_000);
    const findings = findingsOf(`services:\n  ${name}:\n    image: redis:7\n`);
    assert.ok(findings.length > 0);
    for (const { message } of findings) {
      assert.ok(message.length <= MOST_SENTENCE_LENGTH + 1);
      assert.ok(!message.includes('\\ud83d'));
    }
  });
});
