// What BuildKit makes of odd Dockerfiles, on the model that rules ask. test/oracle asks BuildKit itself.
import assert from 'node:assert/strict';
import { DEFAULT_CONFIG } from '../../server/src/core/config';
import type { Dockerfile, InstructionOf } from '../../server/src/core/dockerfile/model';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import { ofKind } from '../../server/src/core/dockerfile/query';
import { stageNamed } from '../../server/src/core/dockerfile/stage-graph';
import { finalState } from '../../server/src/core/dockerfile/stage-state';
import { fixAll } from '../../server/src/core/fix-all';
import { lint } from '../../server/src/core/lint';
import { rules } from '../../server/src/core/rules/catalog';
import { textAt } from '../../server/src/core/text/span';
import { contextFor } from '../support/facts';
import { loadGrammar } from '../support/grammar';

const parse = (text: string): Dockerfile => parseDockerfile('Dockerfile', text);

const keywords = (file: Dockerfile): string[] => file.instructions.map(it => it.keyword.text);

function onlyRun(text: string): InstructionOf<'RUN'> {
  const [run] = ofKind(parse(text).instructions, 'RUN');
  assert.ok(run, text);
  return run;
}

/** The working folder, the user and the environment at the end of a file of one stage. */
function stateOf(text: string) {
  const file = parse(text);
  const stage = file.stages.at(-1);
  assert.ok(stage);
  return finalState(file, stage);
}

describe('heredocs', () => {
  before(loadGrammar);

  for (const [title, run, commands] of [
    ['a blank before the name', 'RUN << EOF\na\nEOF', ['a']],
    ['a tab before the name', 'RUN <<\tEOF\na\nEOF', ['a']],
    ['<<- and tabs', 'RUN <<-EOF\n\ta\n\tEOF', ['a']],
    ['a blank and a dash', 'RUN << -EOF\na\n-EOF', ['a']],
    ['a number in front', 'RUN 3<<EOF\na\nEOF', ['a']],
    ['a backslash in front of the name', 'RUN <<\\EOF\na\nEOF', ['a']],
    ['quotes in the middle of the name', 'RUN <<E"O"F\na\nEOF', ['a']],
    ['a name of two words', 'RUN <<"E F"\na\nE F', ['a']],
    ['no body', 'RUN <<EOF\nEOF', []],
    ['a name behind blanks in the body', 'RUN <<EOF\na\n EOF\nEOF', ['a', 'EOF']],
    ['a name in front of blanks in the body', 'RUN <<EOF\na\nEOF \nEOF', ['a', 'EOF']],
    ['a comment line above the name', 'RUN \\\n# <<X\n<<EOF\na\nEOF', ['a']],
  ] as const) {
    it(`are closed by their name alone: ${title}`, () => {
      const file = parse(`FROM a\n${run}\nUSER u\n`);
      assert.deepEqual(keywords(file), ['FROM', 'RUN', 'USER']);
      assert.deepEqual(file.problems, []);
      const [read] = ofKind(file.instructions, 'RUN');
      assert.equal(read?.form, 'heredoc');
      assert.deepEqual(
        read.script.commands.map(it => it.name),
        commands,
      );
    });
  }

  for (const [title, line] of [
    ['in double quotes', 'RUN sed "s/<<VERSION>>/1/" f'],
    ['in single quotes', "RUN echo '<<EOF'"],
    ['in the exec form', 'RUN ["sh", "-c", "cat <<EOF"]'],
    ['escaped', 'RUN echo \\<<EOF'],
    ['a here-string', 'RUN cat <<< word'],
    ['a shift without blanks', 'RUN echo $((1<<3))'],
    ['in front of a quote that is not closed', "RUN echo <<EOF don't"],
    ['in an instruction that takes none', 'CMD cat <<EOF'],
    ['without a name', 'RUN cat << '],
    ['a blank behind <<-', 'RUN cat <<- EOF'],
  ] as const) {
    it(`are none: ${title}`, () => {
      const file = parse(`FROM a\n${line}\nUSER u\n`);
      assert.deepEqual(keywords(file).slice(-1), ['USER']);
      assert.deepEqual(file.instructions[1]?.heredocs, []);
    });
  }

  it('are files of a COPY, empty ones too', () => {
    const file = parse('FROM a\nCOPY <<EOF pkg/__init__.py\nEOF\nCOPY 0<<-"F" b /d/\n\tF\n');
    const [first, second] = ofKind(file.instructions, 'COPY');
    assert.deepEqual([first?.sources, first?.destination?.text], [[], 'pkg/__init__.py']);
    assert.deepEqual(
      second?.heredocs.map(it => [it.name, it.expands]),
      [['F', false]],
    );
    assert.deepEqual(file.problems, []);
  });

  it('hold what looks like instructions', () => {
    const file = parse('FROM a\nRUN cat << EOF > /x\nFROM debian:latest\n\\\n# note\nEOF\nUSER u\n');
    assert.deepEqual(keywords(file), ['FROM', 'RUN', 'USER']);
    assert.equal(file.stages.length, 1);
    assert.deepEqual(file.comments, []);
  });

  it('are cut off nowhere by a lone backslash in their body', () => {
    const run = onlyRun('FROM a\nRUN <<EOF\n\\\na\n\\\nEOF\nEOF\n');
    assert.equal(run.heredocs.length, 1);
  });

  it('begin with a #! line only where nothing stands in front of it', () => {
    const named = (body: string) => onlyRun(`FROM a\n${body}\n`).script.commands.map(it => it.name);
    assert.deepEqual(named('RUN <<EOF\n#!/usr/bin/env python3\na\nEOF'), []);
    assert.deepEqual(named('RUN <<-EOF\n\t#!/usr/bin/env python3\n\ta\nEOF'), []);
    assert.deepEqual(named('RUN <<EOF\n #!/usr/bin/env python3\na\nEOF'), ['a']);
  });

  for (const name of ["'", '"', "'E", '"E"F\'', '-', '--', '$', '${', '`', '\\', "E'F\\"])
    it(`do not fail where a name is half typed: ${name}`, () => {
      for (const behind of ['', '\n', '\nx\n', `\n${name}\nUSER u\n`])
        for (const keyword of ['RUN cat', 'RUN', 'COPY', 'ONBUILD RUN', 'ADD --link'])
          assert.ok(parse(`FROM a\n${keyword} <<${name}${behind}`).instructions.length > 0);
    });

  it('that nothing closes are a problem, and end the file', () => {
    const text = 'FROM a\nRUN apt-get update <<EOF\nRUN b\nUSER u\n';
    const file = parse(text);
    assert.deepEqual(keywords(file), ['FROM', 'RUN']);
    const [problem] = file.problems;
    assert.ok(problem?.kind === 'syntax');
    assert.equal(textAt(text, problem.span), '<<EOF');
  });

  it('are none with a space behind <<-, which is said where lines of it are no instructions', () => {
    const text = 'FROM a\nRUN cat <<- EOF > /x\n\thello\n\tEOF\n';
    const [problem] = parse(text).problems;
    assert.match(problem?.message ?? '', /^BuildKit reads no heredoc where a space follows <<-/);
    assert.equal(problem && textAt(text, problem.span), '<<-');
    assert.deepEqual(parse('FROM a\nRUN cat <<- EOF\nUSER b\n').problems, []);
  });

  it('that nothing closes are reported, and no fix writes into the file', () => {
    const text = 'FROM debian:12\nRUN apt-get install -y <<EOF\nRUN pip install x\nCMD x\n';
    const file = parse(text);
    const context = contextFor('Dockerfile', { Dockerfile: text });
    const found = lint(file, context, { config: DEFAULT_CONFIG, rules });
    assert.deepEqual(
      found.filter(it => it.rule.meta.id === 'syntax-error').map(it => textAt(text, it.at)),
      ['<<EOF'],
    );
    assert.equal(fixAll(file, context, { config: DEFAULT_CONFIG, rules }, ['safe', 'unsafe']).text, text);
  });

  it('that nothing closes keep a file of another frontend from being rewritten', () => {
    assert.equal(parse('# syntax=example.com/other\nFROM a\nRUN cat <<EOF\nx\n').problems[0]?.kind, 'limit');
  });

  for (const shift of ['1 << 3', '$x << 3', '1 <<3', 'a + (1 << 20)'])
    it(`are opened by the shift ${shift} in the shell's arithmetic, which is said so`, () => {
      const [problem] = parse(`FROM a\nRUN echo $(( ${shift} ))\n`).problems;
      assert.match(problem?.message ?? '', /^BuildKit reads this shift as a heredoc/);
    });
});

describe('flags', () => {
  before(loadGrammar);

  const mountsOf = (flags: string) =>
    onlyRun(`FROM a\nARG C=/c\n${flags}\n`).mounts.map(it => [it.type, it.target]);

  for (const [flags, expected] of [
    ["RUN --mount=type=cache,target='/var/lib/apt' x", [['cache', '/var/lib/apt']]],
    ['RUN "--mount=type=cache" x', []],
    ['RUN --mount="type=cache,target=/a b" x', [['cache', '/a b']]],
    ['RUN --mount=type=CACHE,target=/c x', [['cache', '/c']]],
    ['RUN --mount=type=cache,target=$C x', [['cache', '/c']]],
    ['RUN --mount=type=cache,target=${C}/d x', [['cache', '/c/d']]],
    ['RUN --mount=type=cache,target=$UNKNOWN x', [['cache', '$UNKNOWN']]],
    ['RUN --mount=target=/a,dst=/b x', [['bind', '/b']]],
    ['RUN --mount=dst=/a,target=/b,DESTINATION=/c x', [['bind', '/c']]],
    [`RUN --mount='type=bind,"source=a,b",target=/t' x`, [['bind', '/t']]],
    ['RUN --mount=type=cache,target=/a\\ b x', [['cache', '/a b']]],
    ['RUN --mount=type=tmpfs,target=/a -- --mount=type=cache,target=/b', [['tmpfs', '/a']]],
  ] as const)
    it(`of mounts: ${flags}`, () => assert.deepEqual(mountsOf(flags), expected));

  it('lose their quotes, and are found where they stand', () => {
    const text = 'FROM b AS build\nFROM a\nCOPY --from="build" --chown=\'u:g\' x /y\n';
    const [copy] = ofKind(parse(text).instructions, 'COPY');
    assert.equal(copy?.from, 'build');
    assert.deepEqual(
      copy.flags.map(it => [it.name, it.value, it.valueSpan && textAt(text, it.valueSpan)]),
      [
        ['from', 'build', '"build"'],
        ['chown', 'u:g', "'u:g'"],
      ],
    );
    assert.equal(copy.args.text, 'x /y');
  });

  it('end at two dashes', () => {
    const [copy] = ofKind(parse('FROM a\nCOPY --link -- --from=b /c/\n').instructions, 'COPY');
    assert.deepEqual(
      [copy?.flags.map(it => it.name), copy?.sources.map(it => it.text)],
      [['link'], ['--from=b']],
    );
  });
});

describe('values', () => {
  before(loadGrammar);

  for (const [instructions, name, value] of [
    ['ENV APP_HOME "/app"', 'APP_HOME', '/app'],
    ["ENV APP_HOME '/a b'", 'APP_HOME', '/a b'],
    ['ENV A the "rest" of\\ it', 'A', 'the rest of it'],
    ['ENV A x=y', 'A', 'x=y'],
    ['ENV "A"=b', 'A', 'b'],
    ["ENV 'A'=b", 'A', 'b'],
    ['ENV A\\B=c', 'AB', 'c'],
    ["ENV X=1 A='$X'", 'A', '$X'],
    ['ENV X=1\nENV A="$X"', 'A', '1'],
    ['ENV X=1\nENV A=\\$X', 'A', '$X'],
    ['ENV X=1\nENV A="\\$X"', 'A', '$X'],
    ['ENV A=a$$b', 'A', 'ab'],
    ['ENV L=/a\nENV L="${L:+${L}:}/x"', 'L', '/a:/x'],
    ['ENV L=""\nENV L="${L:+${L}:}/x"', 'L', '/x'],
    ['ENV A=a\\ b', 'A', 'a b'],
    ['ENV A="a\\tb"', 'A', 'a\\tb'],
    ['ENV A="it\'s"', 'A', "it's"],
    ["ENV X=1\nENV A=${X:+'$X'}", 'A', '$X'],
    ['ENV N=A\nENV $N=b', 'A', 'b'],
  ] as const) {
    it(`of ${JSON.stringify(instructions)}: ${name} is ${value}`, () =>
      assert.equal(stateOf(`FROM a\n${instructions}\n`).env.get(name), value));
  }

  it('keep the names of variables apart from what stood behind a quote', () => {
    const file = parse('FROM a\nCOPY "$D"x "$D"/y \'$D\' "$"D "$D"\\z /e\n');
    const [copy] = ofKind(file.instructions, 'COPY');
    assert.deepEqual(
      copy?.sources.map(it => it.text),
      ['${D}x', '$D/y', '\\$D', '\\$D', '${D}z'],
    );
  });

  it('of a template lose their quotes where its variables are none', () => {
    const [arg] = ofKind(parse('FROM a\nARG A="${templateOption:zsh}"\n').instructions, 'ARG');
    assert.equal(arg?.properties[0]?.value?.text, '${templateOption:zsh}');
  });

  it('of a file with another escape character', () => {
    const { env } = stateOf('# escape=`\nFROM a\nENV X=1 P=C:\\dir\nENV A=`$X B=C:\\$X C="a`"b"\n');
    assert.deepEqual(
      ['P', 'A', 'B', 'C'].map(it => env.get(it)),
      ['C:\\dir', '$X', 'C:\\1', 'a"b'],
    );
  });

  for (const [line, user] of [
    ["USER 'root'", 'root'],
    ['USER "root:root"', 'root:root'],
    ['USER app # not root', 'app # not root'],
    ['USER ro\\ot', 'root'],
  ] as const)
    it(`of ${line}`, () => assert.equal(stateOf(`FROM a\n${line}\n`).user?.user?.text, user));

  for (const [lines, folder] of [
    ['WORKDIR /a\\ b', '/a b'],
    ['WORKDIR "/a"/b', '/a/b'],
    ['WORKDIR /a b', '/a b'],
    ["ENV D=/d\nWORKDIR '$D'", undefined],
    ['ENV D=/d\nWORKDIR "$D"/e', '/d/e'],
  ] as const)
    it(`of ${JSON.stringify(lines)}`, () => assert.equal(stateOf(`FROM a\n${lines}\n`).workdir, folder));
});

describe('lines', () => {
  before(loadGrammar);

  for (const [title, text, expected] of [
    [
      'a comment behind a keyword',
      'FROM a\nRUN\\\n# note\n apt-get update\n',
      ['FROM a', 'RUN apt-get update'],
    ],
    ['a keyword over two lines', 'FR\\\nOM a\nU\\\n# note\nSER b\n', ['FROM a', 'USER b']],
    ['a line with a backslash alone', 'FROM a\n\\\nUSER b\n', ['FROM a', 'USER b']],
    ['a form feed', 'FROM\fa\nUSER\fb\f\n', ['FROM a', 'USER b']],
    ['a no-break space in front', 'FROM a\n\u00a0USER b\u00a0\n', ['FROM a', 'USER b']],
    ['a no-break space in the middle', 'FROM a\nENV A=b\u00a0C=d\n', ['FROM a', 'ENV A=b\u00a0C=d']],
    ['a lone carriage return', 'FROM a\rAS b\nUSER\rc\n', ['FROM a\rAS b', 'USER c']],
    ['blanks behind the backslash', 'FROM a\nUSER \\ \t\n b\n', ['FROM a', 'USER b']],
    ['two backslashes', 'FROM a\nWORKDIR /b\\\\\nUSER c\n', ['FROM a', 'WORKDIR /b\\\\', 'USER c']],
    ['a byte order mark', '\ufeffFROM a\n', ['FROM a']],
  ] as const) {
    it(`go on as BuildKit joins them: ${title}`, () => {
      const file = parse(text);
      assert.deepEqual(
        file.instructions.map(it => `${it.keyword.text} ${it.args.text}`),
        expected,
      );
      assert.deepEqual(file.problems, []);
    });
  }

  it('are read again where an edit behind their end changes how they go on', () => {
    const args = (text: string) => parse(text).instructions.at(-1)?.args.text;
    const start = 'FROM a\nRUN one\nRUN two \\\n# note\n';
    assert.equal(args(start), 'two');
    assert.equal(args(`${start} three\n`), 'two  three');
    assert.equal(args(`FROM a\nRUN one\nRUN two \\\n# note\n`), 'two');
  });

  for (const [head, joins] of [
    ['# escape=`', true],
    ['# ESCAPE = `', true],
    ['# syntax=docker/dockerfile:1\n# escape=`', true],
    ['# author=me\n# escape=`', false],
    ['# note\n# escape=`', false],
    ['\n# escape=`', false],
    ['# syntax=\n# escape=`', false],
    ['#escape=`', true],
  ] as const)
    it(`know directives up to the first comment that is none: ${JSON.stringify(head)}`, () => {
      const file = parse(`${head}\nFROM a\nRUN b \`\nUSER c\n`);
      assert.equal(file.escape, joins ? '`' : '\\');
      assert.equal(file.instructions.length, joins ? 2 : 3);
    });
});

describe('stages', () => {
  before(loadGrammar);

  it('have scratch for an empty image in this case alone', () => {
    const kinds = parse('FROM scratch\nFROM SCRATCH\nFROM Scratch\n').stages.map(it => it.base.kind);
    assert.deepEqual(kinds, ['scratch', 'image', 'image']);
  });

  it('of one name are the later one', () => {
    const file = parse('FROM a AS x\nFROM x AS y\nFROM b AS X\nFROM x\nCOPY --from=x /f /f\n');
    assert.equal(stageNamed(file, 'x')?.index, 2);
    assert.deepEqual(
      file.stages.map(it => (it.base.kind === 'stage' ? it.base.index : it.base.kind)),
      ['image', 0, 'image', 2],
    );
  });

  it('are built on what stands in quotes', () => {
    const [first] = parse('ARG V=3\nFROM "python:$V"\n').stages;
    assert.deepEqual(first?.base, { kind: 'image', ref: { name: 'python', tag: '3', digest: undefined } });
  });
});
