import type { Dockerfile, Heredoc, Run } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import { stateBefore } from '../../dockerfile/stage-state';
import { dockerfileRule } from '../../rule';
import { type Command, stopsAtFailure } from '../../shell/command';
import { insert } from '../../text/edit';
import { linesOf } from '../../text/lines';
import { span } from '../../text/span';

export const heredocIgnoresFailures = dockerfileRule({
  meta: {
    id: 'heredoc-ignores-failures',
    category: 'correctness',
    severity: 'warning',
    since: '0.3.0',
    fix: 'unsafe',
    summary: 'A failing command inside a heredoc does not stop the build',
  },
  *check(file) {
    for (const run of ofKind(file.instructions, 'RUN')) {
      const [heredoc, ...others] = run.heredocs;
      if (run.form !== 'heredoc' || !heredoc || others.length > 0 || run.script.broken) continue;
      const shebang = shebangOf(file, heredoc);
      const shell = shebang ?? stateBefore(file, run).shell?.map(it => it.text) ?? ['/bin/sh', '-c'];
      if (!isPosixShell(shell) || stopsAtFailure(run.script) || hasErrexit(shell)) continue;
      if (!passesOver(run)) continue;
      const ofShell = stateBefore(file, run).shell?.map(it => it.text) ?? [];
      const isLost = shebang !== undefined && hasErrexit(ofShell);
      yield {
        at: heredoc.opening,
        message: isLost
          ? 'the -e of SHELL does not apply to a heredoc with a shebang: only a failure of its last command stops the build'
          : 'only a failure of the last command stops the build: this heredoc has no set -e',
        ...(isLost ? {} : { atMost: 'info' as const }),
        fixes: () => [
          {
            title: 'Add set -e',
            safety: 'unsafe',
            edits: [setErrexit(file, heredoc, shebang !== undefined)],
          },
        ],
      };
    }
  },
});

/** The words of the `#!` line that a heredoc begins with. */
function shebangOf(file: Dockerfile, { body }: Heredoc): string[] | undefined {
  const [first = ''] = file.text.slice(body.start, body.end).split('\n', 1);
  return first.startsWith('#!') ? first.slice(2).trim().split(/\s+/) : undefined;
}

/** `/bin/bash`, `/usr/bin/env bash`. */
function isPosixShell(words: readonly string[]): boolean {
  const program = /\/env$/.test(words[0] ?? '') ? words.slice(1).find(it => !it.startsWith('-')) : words[0];
  return /(^|\/)(ba|da|a|z|k)?sh$/.test(program ?? '');
}

function hasErrexit(words: readonly string[]): boolean {
  return words.some(word => /^-[a-zA-Z]*e/.test(word) || word === 'errexit');
}

/** Commands that hardly ever fail, or whose failure is an answer. */
const HARMLESS = new Set([
  ...['set', 'export', 'echo', 'printf', 'true', ':', 'umask', 'local', 'readonly', 'shopt', 'trap', 'unset'],
  ...['test', '[', 'declare', 'alias', 'exit', 'return', 'shift', 'ulimit'],
]);

/** True where a statement before the last one may fail, and nothing says what happens then. */
function passesOver({ script }: Run): boolean {
  const statements: Command[][] = [];
  for (const command of script.commands) {
    if (command.scope !== 'script') continue;
    if (command.after === ';' || command.after === 'start' || statements.length === 0) statements.push([]);
    statements.at(-1)?.push(command);
  }
  return statements
    .slice(0, -1)
    .some(
      statement => statement.some(it => !HARMLESS.has(it.name)) && !statement.some(it => it.after === '||'),
    );
}

function setErrexit(file: Dockerfile, { body }: Heredoc, behindShebang: boolean) {
  const lines = linesOf(file.text);
  const line = lines.lineOf(body.start);
  const indent = lines.indentAt(body.start);
  const at = behindShebang ? lines.startOf(line + 1) : span(body.start, body.end).start;
  return insert(at, `${indent}set -e${lines.eol}`);
}
