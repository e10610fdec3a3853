import assert from 'node:assert/strict';
import { activeRules, type Config, mergeConfigs, readConfig } from '../../server/src/core/config';
import { lint, parseFile } from '../../server/src/core/lint';
import { languageOf } from '../../server/src/core/project/language';
import type { Rule } from '../../server/src/core/rule';
import { rules } from '../../server/src/core/rules/catalog';
import { examplesOf } from '../support/case-files';
import { contextFor } from '../support/facts';
import { loadGrammar } from '../support/grammar';

const severityOf = (value: unknown, id: string) => {
  const { config } = readConfig(value, rules);
  return activeRules(config, rules).find(it => it.rule.meta.id === id)?.severity;
};

describe('the configuration', () => {
  it('switches rules off and changes their severity, by id or alias', () => {
    assert.equal(severityOf({}, 'pip-cache-left'), 'warning');
    assert.equal(severityOf({ rules: { 'pip-cache-left': 'off' } }, 'pip-cache-left'), undefined);
    assert.equal(severityOf({ rules: { 'pip-cache-left': false } }, 'pip-cache-left'), undefined);
    assert.equal(severityOf({ rules: { dl3042: 'error' } }, 'pip-cache-left'), 'error');
    assert.equal(severityOf({ rules: { DL3042: { severity: 'hint' } } }, 'pip-cache-left'), 'hint');
  });

  it('hands options to a rule', () => {
    const { config } = readConfig({ rules: { 'unbounded-logs': { maxSize: '5m' } } }, rules);
    const options = activeRules(config, rules).find(it => it.rule.meta.id === 'unbounded-logs')?.options;
    assert.equal(options?.maxSize, '5m');
    assert.equal(options.maxFile, 3);
  });

  it('says what is wrong with it, and goes on', () => {
    const { config, problems } = readConfig({ rulez: 1, rules: { nope: 'off', 'as-casing': 'loud' } }, rules);
    assert.equal(problems.length, 3);
    assert.equal(activeRules(config, rules).length, rules.length);
    for (const broken of [[], 'x', 3]) assert.equal(readConfig(broken, rules).problems.length, 1);
    assert.deepEqual(readConfig(null, rules).problems, []);
    for (const malformed of [['pip-cache-left'], 'off', { 'pip-cache-left': { severity: 'loud' } }]) {
      assert.equal(readConfig({ rules: malformed }, rules).problems.length, 1);
    }
  });

  it('lets a later word win, whatever it calls the rule', () => {
    const byId = readConfig({ rules: { 'pip-cache-left': 'off' } }, rules).config;
    const byAlias = readConfig({ rules: { DL3042: 'error' } }, rules).config;
    const severity = (config: Config) =>
      activeRules(config, rules).find(it => it.rule.meta.id === 'pip-cache-left')?.severity;
    assert.equal(severity(mergeConfigs(byId, byAlias)), 'error');
    assert.equal(severity(mergeConfigs(byAlias, byId)), undefined);
  });

  it('merges rule by rule, the last word winning', () => {
    const merged = mergeConfigs(
      { rules: { a: { severity: 'off' }, b: {} } },
      { rules: { a: { severity: 'hint' } } },
    );
    assert.deepEqual(merged.rules, { a: { severity: 'hint' }, b: {} });
  });
});

describe('linting', () => {
  before(loadGrammar);

  const file = () =>
    parseFile('dockerfile', 'Dockerfile', 'FROM python:3.12-slim\nRUN pip install flask\nUSER 1\n');

  it('leaves out a rule that throws, and says so once with its id', () => {
    const [pip] = rules.filter(rule => rule.meta.id === 'pip-cache-left');
    assert.ok(pip);
    const broken: Rule = {
      ...pip,
      meta: { ...pip.meta, id: 'broken' },
      check: () => {
        throw new Error('no');
      },
    };
    const failed: string[] = [];
    const found = lint(file(), contextFor('Dockerfile', {}), {
      config: { rules: {} },
      rules: [broken, pip],
      onRuleFailure: id => failed.push(id),
    });
    assert.deepEqual(failed, ['broken']);
    assert.deepEqual(
      found.map(it => it.rule.meta.id),
      ['pip-cache-left'],
    );
  });

  it('names only conversions that exist', async () => {
    const { conversions } = await import('../../server/src/core/conversions/catalog');
    const known = conversions.map(it => it.meta.id);
    const named = rules.flatMap(rule =>
      examplesOf(rule).flatMap(({ text, path, files, images }) => {
        const context = contextFor(path, { ...files, [path]: text }, images);
        const found = lint(parseFile(languageOf(path) ?? rule.languages[0], path, text), context, {
          config: { rules: {}, only: [rule.meta.id] },
        });
        return found.flatMap(finding => finding.conversions ?? []);
      }),
    );
    assert.deepEqual(
      [...new Set(named)].filter(id => !known.includes(id)),
      [],
    );
  });
});
