import assert from 'node:assert/strict';
import {
  normalizedName,
  parseRequirements,
  type RequirementEntry,
  readRequirement,
} from '../../server/src/core/manifests/requirements';

/** An entry without its spans, which have a test of their own. */
function plain(entry: RequirementEntry): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entry).filter(([name, value]) => !/span$/i.test(name) && value !== undefined),
  );
}

function read(text: string): Record<string, unknown>[] {
  return parseRequirements(text).map(plain);
}

function named(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { kind: 'named', name, extras: [], specifier: '', hashes: [], ...more };
}

describe('a requirements file', () => {
  it('names packages with versions, extras and markers', () => {
    assert.deepEqual(
      read('flask\nuvicorn[standard, watch] >= 0.30, <1 ; python_version >= "3.9"\nFoo.Bar==1.*\n'),
      [
        named('flask'),
        named('uvicorn', {
          extras: ['standard', 'watch'],
          specifier: '>=0.30,<1',
          marker: 'python_version >= "3.9"',
        }),
        named('Foo.Bar', { specifier: '==1.*' }),
      ],
    );
  });

  it('takes versions in parentheses and a marker without a version', () => {
    assert.deepEqual(read('six (>=1.5)\ntomli; python_version < "3.11"\n'), [
      named('six', { specifier: '>=1.5' }),
      named('tomli', { marker: 'python_version < "3.11"' }),
    ]);
  });

  it('leaves comments and blank lines out, but not a # inside an address', () => {
    assert.deepEqual(
      read('# web\n\nflask # the framework\n  # more\ngit+https://example.org/a.git#egg=a\n'),
      [
        named('flask'),
        {
          kind: 'direct',
          source: 'vcs',
          target: 'git+https://example.org/a.git#egg=a',
          name: 'a',
          hashes: [],
        },
      ],
    );
  });

  it('joins lines and collects hashes', () => {
    assert.deepEqual(read('six==1.17.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nflask\n'), [
      named('six', { specifier: '==1.17.0', hashes: ['sha256:aa', 'sha256:bb'] }),
      named('flask'),
    ]);
  });

  it('follows other files, in the short, the long and the joined form', () => {
    assert.deepEqual(
      read('-r base.txt\n--requirement=more/dev.txt\n-rthird.txt\n-c limits.txt\n--constraint all.txt\n'),
      [
        { kind: 'include', path: 'base.txt' },
        { kind: 'include', path: 'more/dev.txt' },
        { kind: 'include', path: 'third.txt' },
        { kind: 'constraint', path: 'limits.txt' },
        { kind: 'constraint', path: 'all.txt' },
      ],
    );
  });

  it('knows addresses, archives and folders from packages', () => {
    const sources = [
      'lib @ https://example.org/lib-1.0.zip',
      'lib[x] @ git+ssh://git@example.org/lib.git@v1',
      'https://example.org/lib-1.0.tar.gz',
      './lib',
      '../lib[extra]',
      'wheels/lib-1.0-py3-none-any.whl',
      'lib-1.0-py3-none-any.whl',
      'lib @ file:///src/lib',
    ];
    assert.deepEqual(
      sources.map(source => {
        const [entry] = parseRequirements(source);
        return entry?.kind === 'direct' ? [entry.source, entry.name] : entry?.kind;
      }),
      [
        ['url', 'lib'],
        ['vcs', 'lib'],
        ['url', undefined],
        ['local', undefined],
        ['local', undefined],
        ['local', undefined],
        ['local', undefined],
        ['local', 'lib'],
      ],
    );
  });

  it('has editable entries and options of the whole file', () => {
    assert.deepEqual(
      read(
        '-e ./lib\n--editable=git+https://example.org/a\n-i https://index.example/simple --pre\n--require-hashes\n',
      ),
      [
        { kind: 'editable', target: './lib' },
        { kind: 'editable', target: 'git+https://example.org/a' },
        { kind: 'option', name: '--index-url', value: 'https://index.example/simple' },
        { kind: 'option', name: '--pre' },
        { kind: 'option', name: '--require-hashes' },
      ],
    );
  });

  it('says what it cannot read and goes on', () => {
    assert.deepEqual(read('flask=1\n???\n-\nsix\n'), [
      { kind: 'unreadable' },
      { kind: 'unreadable' },
      { kind: 'unreadable' },
      named('six'),
    ]);
  });

  it('tells where everything stands, behind a byte order mark and with Windows line ends', () => {
    const text = '\uFEFF# a\r\n  flask>=2 # web\r\n-r  base.txt\r\nsix \\\r\n  ==1\r\n';
    const spans = parseRequirements(text).map(entry => {
      const at =
        entry.kind === 'named' ? entry.nameSpan : entry.kind === 'include' ? entry.pathSpan : entry.span;
      return [text.slice(entry.span.start, entry.span.end), text.slice(at.start, at.end)];
    });
    assert.deepEqual(spans, [
      ['flask>=2', 'flask'],
      ['-r  base.txt', 'base.txt'],
      ['six \\\r\n  ==1', 'six'],
    ]);
  });

  it('stands every prefix', () => {
    const text =
      '-r a.txt\nsix==1 \\\n --hash=sha256:aa ; x\nlib[x] @ https://example.org/a.zip\n-e "./a b"\n--pre';
    for (let end = 0; end <= text.length; end++) parseRequirements(text.slice(0, end));
  });
});

describe('an operand of pip install', () => {
  it('is read as a line is', () => {
    assert.equal(readRequirement('gunicorn>=20').kind, 'named');
    assert.equal(readRequirement('.').kind, 'direct');
    assert.equal(readRequirement('git+https://example.org/a').kind, 'direct');
    assert.equal(readRequirement('').kind, 'unreadable');
  });
});

describe('names of packages', () => {
  it('compare as an index compares them', () => {
    assert.equal(normalizedName('Flask_SQLAlchemy'), normalizedName('flask--sqlalchemy'));
    assert.equal(normalizedName('zope.interface'), 'zope-interface');
  });
});
