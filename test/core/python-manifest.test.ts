import assert from 'node:assert/strict';
import { parsePythonManifest } from '../../server/src/core/manifests/python-manifest';

/** Each requirement as `group: text of its span, text of its name`. */
function read(path: string, text: string): string[] {
  return parsePythonManifest(path, text).requirements.map(
    ({ group, span, nameSpan }) =>
      `${group}: ${text.slice(span.start, span.end)}, ${text.slice(nameSpan.start, nameSpan.end)}`,
  );
}

describe('the model of Python manifests', () => {
  it('reads a requirements file with its includes, options, hashes and comments', () => {
    const text = [
      '--extra-index-url https://download.pytorch.org/whl/cpu',
      '-r base.txt',
      '# the model',
      'torch[opt]==2.3 ; sys_platform == "linux" \\',
      '    --hash=sha256:aa  # pinned',
      'git+https://example.com/x.git#egg=x',
      '',
    ].join('\n');
    const { requirements, includes, indexes, comments } = parsePythonManifest('requirements.txt', text);
    assert.deepEqual(
      requirements.map(it => [it.normalized, it.specifier, it.extras, it.marker, it.hashes, it.from]),
      [
        ['torch', '==2.3', ['opt'], 'sys_platform == "linux"', ['sha256:aa'], 'index'],
        ['x', '', [], undefined, [], 'vcs'],
      ],
    );
    assert.deepEqual(
      includes.map(it => it.path),
      ['base.txt'],
    );
    assert.deepEqual(
      indexes.map(it => [it.url, it.role]),
      [['https://download.pytorch.org/whl/cpu', 'extra']],
    );
    assert.deepEqual(
      comments.map(it => it.text),
      ['the model', 'pinned'],
    );
  });

  it('reads the standard tables of a pyproject.toml, groups and extras apart', () => {
    const text = [
      '[project]',
      'dependencies = [',
      '  "Torch>=2", # weights',
      "  'pkg @ https://example.com/pkg.whl',",
      ']',
      '[project.optional-dependencies]',
      'gpu = ["xformers[cuda]==1.0"]',
      '[dependency-groups]',
      'dev = ["pytest", {include-group = "lint"}]',
      'lint = ["ruff"]',
      '',
    ].join('\n');
    assert.deepEqual(read('a/pyproject.toml', text), [
      'main: Torch>=2, Torch',
      'main: pkg @ https://example.com/pkg.whl, pkg @ https://example.com/pkg.whl',
      'extra:gpu: xformers[cuda]==1.0, xformers',
      'dev: pytest, pytest',
      'group:lint: ruff, ruff',
    ]);
  });

  it('reads Poetry tables, with its groups, optional packages and sources', () => {
    const text = [
      '[tool.poetry.dependencies]',
      'python = "^3.11"',
      'torch = { version = "^2.3", source = "cpu", extras = ["opt"] }',
      'gradio = { version = "*", optional = true }',
      'lib = { path = "../lib" }',
      '[tool.poetry.group.dev.dependencies]',
      'pytest = "*"',
      '[[tool.poetry.source]]',
      'name = "cpu"',
      'url = "https://download.pytorch.org/whl/cpu"',
      '',
    ].join('\n');
    const { requirements, indexes } = parsePythonManifest('pyproject.toml', text);
    assert.deepEqual(
      requirements.map(it => [it.name, it.group, it.specifier, it.from, it.index]),
      [
        ['torch', 'main', '^2.3', 'index', 'cpu'],
        ['gradio', 'extra:gradio', '', 'index', undefined],
        ['lib', 'main', '', 'local', undefined],
        ['pytest', 'dev', '', 'index', undefined],
      ],
    );
    assert.deepEqual(
      indexes.map(it => [it.name, it.role]),
      [['cpu', 'extra']],
    );
  });

  it('reads uv: sources by index, development dependencies and named indexes', () => {
    const text = [
      '[project]',
      'dependencies = ["torch"]',
      '[tool.uv]',
      'dev-dependencies = ["mypy"]',
      '[tool.uv.sources]',
      'torch = [{ index = "pytorch-cpu", marker = "sys_platform == \'linux\'" }]',
      '[[tool.uv.index]]',
      'name = "pytorch-cpu"',
      'url = "https://download.pytorch.org/whl/cpu"',
      'explicit = true',
      '',
    ].join('\n');
    const { requirements, indexes } = parsePythonManifest('pyproject.toml', text);
    assert.deepEqual(
      requirements.map(it => [it.name, it.group, it.index]),
      [
        ['torch', 'main', 'pytorch-cpu'],
        ['mypy', 'dev', undefined],
      ],
    );
    assert.deepEqual(
      indexes.map(it => [it.name, it.role]),
      [['pytorch-cpu', 'extra']],
    );
  });

  it('reads a Pipfile', () => {
    const text =
      '[packages]\nnumpy = "==2.0"\nflask = {version = "*", extras = ["async"]}\n[dev-packages]\npytest = "*"\n';
    assert.deepEqual(read('Pipfile', text), [
      'main: numpy = "==2.0", numpy',
      'main: flask = {version = "*", extras = ["async"]}, flask',
      'dev: pytest = "*", pytest',
    ]);
  });

  it('says where a TOML file cannot be read, and finds nothing in it', () => {
    const { requirements, problems } = parsePythonManifest(
      'pyproject.toml',
      '[project]\ndependencies = ["a",\n[b]\n',
    );
    assert.deepEqual([requirements.length, problems.length], [0, 1]);
  });

  it('counts offsets in UTF-16 units', () => {
    assert.deepEqual(read('pyproject.toml', '# 😀\n[project]\ndependencies = ["numpy"]\n'), [
      'main: numpy, numpy',
    ]);
  });
});
