// What files, services, stages and images are called reaches the output as text: no control character, no line of its
// own, no command to the log of a build.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkCommand } from '../../server/src/cli/check';
import { render } from '../../server/src/cli/format/render';
import { formatWeighing } from '../../server/src/cli/format/weighing';
import type { Weighing } from '../../server/src/docker/weigh';
import { makeFolder, removeFolders } from '../support/folders';
import { plimsoll, program } from '../support/plimsoll';

/** ESC, BEL, BS, CR, DEL, NEL, CSI, line separator, direction; a line that GitHub's runner would obey. */
const ODD = 'x\x1b[2J\x07\b\r\x7f\u0085\u009b\u2028\u202e\u200f\n::error::pwned ##[error]pwned';
/** As a key or value of YAML, where every character can be written. */
const YAML_ODD = JSON.stringify(ODD);
/** Within a line of a Dockerfile only line breaks cannot be. */
const ONE_LINE = ODD.replace(/[\r\n]/g, '');

const DOCKERFILE = `FROM python:3.12-slim${ONE_LINE} AS Build${ONE_LINE}
# a comment ${ONE_LINE}
ENV TOKEN${ONE_LINE}=abc
RUN echo \\
  ::error::pwned
RUN pip install flask
RUN cd /x${ONE_LINE} && apt-get update && apt-get install -y curl${ONE_LINE}
COPY --from=none${ONE_LINE} /a${ONE_LINE} /b
FROM python:3.12-slim
RUN pip install flask
ADD a${ONE_LINE} /a
EXPOSE 99999${ONE_LINE}
CMD python main.py${ONE_LINE}
`;

const COMPOSE = `services:
  ${YAML_ODD}:
    image: ${JSON.stringify(`postgres${ODD}`)}
    build: .
    privileged: true
    ports: ["5432:5432", ${YAML_ODD}]
    environment: { ${YAML_ODD}: secret, PASSWORD: ${YAML_ODD} }
    depends_on: [${YAML_ODD}, "gone\\n::error::pwned"]
    links: [${YAML_ODD}]
    volumes: [${YAML_ODD}, "/var/run/docker.sock:/var/run/docker.sock"]
    container_name: ${YAML_ODD}
    command: sh -c "pip install -r requirements.txt && python main.py"
  plain:
    image: python
    build: { context: ., dockerfile: ${YAML_ODD} }
`;

const PROJECT = {
  'compose.yaml': COMPOSE,
  Dockerfile: DOCKERFILE,
  'requirements.txt': `flask==3\n# ${ONE_LINE}\n`,
  'main.py': 'import flask\n',
  [`${ODD}/Dockerfile`]: 'FROM python:3.12-slim\nRUN pip install flask\n',
  [`${ODD}.Dockerfile`]: 'FROM python:3.12-slim\nRUN pip install flask\n',
  '::error::pwned/Dockerfile': 'FROM python:3.12-slim\nRUN pip install flask\n',
  '##[error]pwned/Dockerfile': 'FROM python:3.12-slim\nRUN pip install flask\n',
  '.plimsoll.yaml': `rules:\n  ${YAML_ODD}: off\n  pip-cache-left: ${YAML_ODD}\n`,
};

const OUR_COLOURS = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u;
/** What GitHub's runner, Azure Pipelines and TeamCity take for a command. */
const COMMAND = /^\s*::|##(?:vso|teamcity)?\[/;

function assertHarmless(text: string, isOurs: (line: string) => boolean = () => false): void {
  const bad = text.split('\n').filter(line => UNSEEN.test(line) || (COMMAND.test(line) && !isOurs(line)));
  assert.deepEqual(bad, []);
}

describe('output that cannot be written', () => {
  it('is no result: a sentence, and exit code 2', function () {
    if (!existsSync('/dev/full')) this.skip();
    const folder = makeFolder({ Dockerfile: DOCKERFILE });
    const command = `'${process.execPath}' '${program}' check > /dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 2);
    assert.match(stderr, /^plimsoll: the output cannot be written: ENOSPC/);
    removeFolders();
  });
});

describe('names in the output', function () {
  this.timeout(180_000);
  afterEach(removeFolders);

  const formats = checkCommand().options.find(({ long }) => long === '--format')?.argChoices ?? [];
  assert.ok(formats.includes('text'));
  for (const format of formats) {
    it(`are text in what check prints as ${format}, and on standard error`, () => {
      const { out, err } = plimsoll(makeFolder(PROJECT), ['check', '--format', format]);
      assert.match(out, /pip-cache-left/);
      assert.match(out, format === 'text' ? /x\\x1b\[2J/ : /x(\\u001b|%1B|\\x1b)\[2J|%1B/);
      const isAnnotation = (line: string) =>
        format === 'github' && /^::(error|warning|notice) file=[^:,]*,line=\d+,[^:]*::/.test(line);
      assertHarmless(out, isAnnotation);
      assertHarmless(err);
    });
  }

  it('are the same in JSON for those who read it', () => {
    const { out } = plimsoll(makeFolder(PROJECT), ['check', '--format', 'json']);
    const paths = JSON.parse(out).files.map(({ path }: { path: string }) => path);
    assert.ok(paths.includes(`${ODD}/Dockerfile`));
  });

  it('are told to GitHub as they are, by its own escapes', () => {
    const { out } = plimsoll(makeFolder({ 'a,b:c%\n/Dockerfile': PROJECT['::error::pwned/Dockerfile'] }), [
      'check',
      '--format',
      'github',
    ]);
    assert.match(out, /^::\w+ file=a%2Cb%3Ac%25%0A\/Dockerfile,/);
  });

  it('are text in what convert lists, fix says and complaints quote', () => {
    const folder = makeFolder(PROJECT);
    const calls = [
      ['convert', '--list', 'compose.yaml'],
      ['convert', '--list', 'Dockerfile'],
      ['convert', `no${ODD}`, 'Dockerfile'],
      ['convert', 'slim-base', `no${ODD}`],
      ['check', `no${ODD}`],
      ['check', '--rule', ODD],
      ['check', `--${ODD}`],
      [ODD],
      ['weigh', ODD, '--dockerfile', ODD],
      ['prove', `no${ODD}`],
      ['fix', '--unsafe'],
    ];
    for (const args of calls) {
      const { out, err } = plimsoll(folder, args);
      assert.notEqual(out + err, '', args[0]);
      assertHarmless(out);
      assertHarmless(err);
    }
  });

  it('are visible in the heads of a patch, which applies to the bytes of the files', () => {
    const [folder, fixed] = [makeFolder(PROJECT), makeFolder(PROJECT)];
    const { out } = plimsoll(folder, ['fix', '--dry-run']);
    const heads = out.split('\n').filter(line => /^(---|\+\+\+|@@) /.test(line));
    assert.deepEqual(
      heads.filter(line => UNSEEN.test(line)),
      [],
    );
    for (const call of [
      ['git', 'apply', '--check'],
      ['patch', '-p1', '--batch'],
    ] as const) {
      const [command, ...args] = call;
      const { status, stderr, stdout } = spawnSync(command, args, {
        cwd: folder,
        input: out,
        encoding: 'utf8',
      });
      assert.equal(status, 0, stdout + stderr);
    }
    plimsoll(fixed, ['fix']);
    for (const path of Object.keys(PROJECT))
      assert.equal(readFileSync(join(folder, path), 'utf8'), readFileSync(join(fixed, path), 'utf8'), path);
  });

  it('give no command to a GitHub runner that prints a patch, which still applies', () => {
    const lines = ['FROM python:3.12-slim', 'RUN echo \\', '  ::error::pwned', 'RUN pip install flask', ''];
    const folder = makeFolder({ Dockerfile: lines.join('\n') });
    const { out } = plimsoll(folder, ['fix', '--dry-run'], '', { GITHUB_ACTIONS: 'true' });
    const [first = '', ...others] = out.trimEnd().split('\n');
    assert.match(first, /^::stop-commands::[0-9a-f]{64}$/);
    assert.equal(others.at(-1), `::${first.slice('::stop-commands::'.length)}::`);
    const { status, stderr } = spawnSync('git', ['apply'], { cwd: folder, input: out, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  });

  it('are visible on a terminal, where colours are our own', function () {
    if (!existsSync('/usr/bin/script')) this.skip();
    const folder = makeFolder(PROJECT);
    for (const args of ['check', 'fix --dry-run']) {
      const command = `'${process.execPath}' '${program}' ${args}`;
      const options = {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, NO_COLOR: '', FORCE_COLOR: '1' },
      } as const;
      const { stdout } = spawnSync('/usr/bin/script', ['-qec', command, '/dev/null'], options);
      assert.match(stdout, /pip/);
      // A terminal ends lines by CR LF.
      assertHarmless(stdout.replaceAll('\r\n', '\n').replace(OUR_COLOURS, '').replaceAll('\t', ''));
      if (args === 'check') assert.ok(stdout.includes('\x1b[4m'), 'there are colours');
    }
  });

  it('are text in a weighing', () => {
    const path = `/data/${ODD}`;
    const weighing: Weighing = {
      version: 1,
      image: { name: ODD, id: `sha256:${ODD}`, tags: [ODD], bytes: 10 },
      dockerfile: ODD,
      layers: [
        {
          index: 0,
          instruction: `RUN \tmake ${ODD}`,
          bytes: 10,
          base: false,
          files: 1,
          deleted: 0,
          line: 2,
          biggest: [{ path, kind: 'file', bytes: 10 }],
          caches: [{ name: 'pip cache', path, bytes: 1, files: 1 }],
        },
      ],
      waste: {
        bytes: 1,
        paths: 1,
        baseBytes: 0,
        entries: [{ path, bytes: 1, cause: 'deleted', by: 0, in: [0] }],
      },
    };
    assertHarmless(render(formatWeighing(weighing), 'plain'));
    assertHarmless(render({ kind: 'json', value: weighing }, 'plain'));
    assert.deepEqual(JSON.parse(render({ kind: 'json', value: weighing }, 'plain')), weighing);
  });
});
