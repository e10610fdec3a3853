import assert from 'node:assert/strict';
import { ignoreHere } from '../../server/src/core/ignore-here';
import { lint, parseFile } from '../../server/src/core/lint';
import type { SourceFile } from '../../server/src/core/rule';
import { applyEdits } from '../../server/src/core/text/edit';
import { contextFor } from '../support/facts';
import { loadGrammar } from '../support/grammar';

/** The 1-based lines on which one rule reports. */
function linesOf(language: SourceFile['language'], rule: string, text: string): number[] {
  const path = language === 'dockerfile' ? 'Dockerfile' : 'compose.yaml';
  const found = lint(parseFile(language, path, text), contextFor(path, { [path]: text }), {
    config: { rules: {}, only: [rule] },
  });
  return found.map(finding => text.slice(0, finding.at.start).split('\n').length);
}

const pip = (...lines: string[]) =>
  linesOf('dockerfile', 'pip-cache-left', ['FROM python:3.12-slim', ...lines, ''].join('\n'));

describe('a comment silences', () => {
  before(loadGrammar);

  it('the instruction below it, by id, alias or all', () => {
    for (const name of ['pip-cache-left', 'DL3042', 'dl3042', 'other, pip-cache-left', 'all']) {
      assert.deepEqual(pip(`# plimsoll ignore=${name}`, 'RUN pip install a', 'RUN pip install b'), [4], name);
    }
    assert.deepEqual(pip('# plimsoll ignore=as-casing', 'RUN pip install a'), [3]);
  });

  it('with a reason', () =>
    assert.deepEqual(pip('# plimsoll ignore=pip-cache-left -- wanted, for once', 'RUN pip install a'), []));

  it('the instruction around it', () => {
    assert.deepEqual(pip('RUN true && \\', '  # plimsoll ignore=pip-cache-left', '  pip install a'), []);
  });

  it('the whole file', () => {
    assert.deepEqual(
      pip('RUN pip install a', '# plimsoll ignore-file=pip-cache-left', 'RUN pip install b'),
      [],
    );
    assert.deepEqual(pip('# hadolint global ignore=DL3042', 'RUN pip install a', 'RUN pip install b'), []);
  });

  it('as hadolint and BuildKit write it', () => {
    assert.deepEqual(pip('# hadolint ignore=DL3008,DL3042', 'RUN pip install a'), []);
    assert.deepEqual(linesOf('dockerfile', 'as-casing', '# check=skip=FromAsCasing\nFROM a as b\n'), []);
    assert.deepEqual(
      linesOf(
        'dockerfile',
        'as-casing',
        'ARG X\n# check=skip=FromAsCasing;error=true\nFROM a as b\nFROM c as d\n',
      ),
      [4],
    );
  });

  it('with a reason behind a number sign, for both tools', () => {
    for (const tool of ['hadolint', 'plimsoll'])
      assert.deepEqual(pip(`# ${tool} ignore=DL3042 # wanted, for once`, 'RUN pip install a'), [], tool);
  });

  it('one stage', () => {
    for (const tool of ['hadolint', 'plimsoll']) {
      const lines = ['RUN pip install b', 'FROM debian', 'RUN pip install c'];
      assert.deepEqual(
        pip(`# ${tool} stage ignore=DL3042 # tools`, 'RUN pip install a', ...lines),
        [6],
        tool,
      );
      assert.deepEqual(
        linesOf(
          'dockerfile',
          'as-casing',
          `FROM a as x\nRUN y\n# ${tool} stage ignore=as-casing\nFROM x as z\nRUN y\nFROM z as w\nCOPY --from=x / /\n`,
        ),
        [1, 6],
        tool,
      );
    }
  });

  it('the service or key below it, and the line before it', () => {
    const service = (comment: string) =>
      `services:\n  # note\n${comment}  web:\n    image: a\n  db:\n    image: b\n`;
    assert.deepEqual(linesOf('compose', 'no-memory-limit', service('')), [1]);
    assert.deepEqual(
      linesOf('compose', 'no-memory-limit', service('  # plimsoll ignore=no-memory-limit\n')),
      [6],
    );
    assert.deepEqual(
      linesOf(
        'compose',
        'obsolete-version-key',
        'version: "3" # plimsoll ignore=obsolete-version-key\nservices: {}\n',
      ),
      [],
    );
  });
});

describe('Ignore here', () => {
  before(loadGrammar);

  const silenced = (language: SourceFile['language'], rule: string, text: string) => {
    const path = language === 'dockerfile' ? 'Dockerfile' : 'compose.yaml';
    const file = parseFile(language, path, text);
    const [finding] = lint(file, contextFor(path, { [path]: text }), { config: { rules: {}, only: [rule] } });
    assert.ok(finding);
    return applyEdits(text, [ignoreHere(file, finding.at, rule)]);
  };

  it('stands above the instruction, not inside it', () => {
    const text = silenced(
      'dockerfile',
      'pip-cache-left',
      'FROM python:3.12-slim\nRUN true && \\\n  pip install a\n',
    );
    assert.equal(
      text,
      'FROM python:3.12-slim\n# plimsoll ignore=pip-cache-left\nRUN true && \\\n  pip install a\n',
    );
    assert.deepEqual(linesOf('dockerfile', 'pip-cache-left', text), []);
  });

  it('stands above the key, not inside a block scalar', () => {
    const before =
      'services:\n  web:\n    image: python:3.12-slim\n    command: |\n      sh -c "pip install x && python a.py"\n';
    const text = silenced('compose', 'install-at-startup', before);
    assert.match(text, /\n {4}# plimsoll ignore=install-at-startup\n {4}command: \|\n/);
    assert.deepEqual(linesOf('compose', 'install-at-startup', text), []);
  });

  it('keeps the indentation and the line ends of the file', () => {
    const text = silenced('compose', 'no-memory-limit', 'services:\r\n    web:\r\n        image: a\r\n');
    assert.match(text, /\r\n {4}# plimsoll ignore=no-memory-limit\r\n {4}web:/);
  });

  it('stands above the line of a requirement, also in a list on one line', () => {
    const files = {
      Dockerfile: 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install .\n',
      'pyproject.toml': '[project]\ndependencies = ["flask", "scipy"]\n',
    };
    const lintManifest = (text: string) => {
      const file = parseFile('python-manifest', 'pyproject.toml', text);
      const context = contextFor(file.path, { ...files, 'pyproject.toml': text });
      return { file, found: lint(file, context, { config: { rules: {}, only: ['heavy-dependency'] } }) };
    };
    const before = lintManifest(files['pyproject.toml']);
    assert.equal(before.found.length, 1);
    const at = before.found[0]?.at ?? { start: 0, end: 0 };
    const text = applyEdits(files['pyproject.toml'], [ignoreHere(before.file, at, 'heavy-dependency')]);
    assert.match(text, /^# plimsoll ignore=heavy-dependency\ndependencies/m);
    assert.deepEqual(lintManifest(text).found, []);
  });
});
