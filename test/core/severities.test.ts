import assert from 'node:assert/strict';
import { DEFAULT_CONFIG } from '../../server/src/core/config';
import { lint } from '../../server/src/core/lint';
import { rules } from '../../server/src/core/rules/catalog';
import { contextFor } from '../support/facts';
import { loadGrammar } from '../support/grammar';
import { parsed } from '../support/parsed';

/** The severities of a rule's findings in the first of some files. */
function severitiesOf(rule: string, files: Readonly<Record<string, string>>): string[] {
  const [path = '', text = ''] = Object.entries(files)[0] ?? [];
  const file = parsed(path, text);
  assert.ok(file);
  const chosen = rules.filter(it => it.meta.id === rule);
  return lint(file, contextFor(path, files), { config: DEFAULT_CONFIG, rules: chosen }).map(
    it => it.severity,
  );
}

const SERVICES = `services:
  web:
    image: nginx:1.29
  admin:
    image: acme/admin:1
    profiles: [ops]
`;

describe('how severe a finding is', () => {
  before(loadGrammar);

  it('follows what a missing ignore file costs', () => {
    const sent = (files: Readonly<Record<string, string>>) =>
      severitiesOf('missing-dockerignore', { Dockerfile: 'FROM python:3.12-slim\nCOPY . /app\n', ...files });
    assert.deepEqual(sent({ 'README.md': '@3kB', 'app.py': '@2kB' }), ['hint']);
    assert.deepEqual(sent({ 'README.md': '@3kB', 'app/x.bin': '@40MB' }), ['hint']);
    assert.deepEqual(sent({ 'README.md': '@3kB', '.env': 'API_KEY=a1b2c3d4' }), ['warning']);
    assert.deepEqual(sent({ 'README.md': '@3kB', '.git/pack': '@9MB' }), ['warning']);
  });

  it('is lower for services of profiles and of tests, and one finding is as severe as its most severe part', () => {
    const only = SERVICES.replace(/ {2}web:\n.*\n/, '');
    for (const rule of ['no-memory-limit', 'unbounded-logs']) {
      assert.deepEqual(severitiesOf(rule, { 'compose.yaml': SERVICES }), ['info'], rule);
      assert.deepEqual(severitiesOf(rule, { 'compose.yaml': only }), ['hint'], rule);
      assert.deepEqual(severitiesOf(rule, { 'test/fixtures/compose.yaml': SERVICES }), ['hint'], rule);
      assert.deepEqual(severitiesOf(rule, { 'compose.test.yaml': SERVICES }), [], rule);
    }
  });

  it('is a hint for releases that ended lately, that builder stages use, or that only a word of a tag names', () => {
    const only = (text: string) => severitiesOf('base-image-end-of-life', { Dockerfile: text });
    assert.deepEqual(only('FROM python:3.7\n'), ['info']);
    assert.deepEqual(only('FROM debian:bullseye-slim\n'), ['hint']);
    assert.deepEqual(only('FROM python:3.7 AS build\nFROM alpine:3.23\nCOPY --from=build /a /a\n'), ['hint']);
    assert.deepEqual(only('FROM golang:1.18 AS build\nFROM scratch\nCOPY --from=build /a /a\n'), ['info']);
    assert.deepEqual(only('FROM acme/base:2-buster\n'), ['hint']);
    assert.deepEqual(only('FROM python:3.7 AS build\nFROM node:14\n'), ['info']);
  });
});
