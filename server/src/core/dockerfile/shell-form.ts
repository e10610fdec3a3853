import type { Script } from '../shell/command';
import { execScript } from '../shell/exec';
import { parseScript } from '../shell/parse';
import { type Excerpt, ExcerptBuilder } from '../text/excerpt';
import type { Span } from '../text/span';
import type { CommandForm, Heredoc, Words } from './model';
import { readJsonStrings } from './words';

const POSIX_SHELLS = /(^|[/\\])(sh|bash|ash|dash|zsh|ksh|busybox)(\.exe)?$/;

/** Whether what SHELL names reads scripts as a POSIX shell does; PowerShell and cmd do not. */
export function isPosixShell(shell: Words): boolean {
  return POSIX_SHELLS.test(shell.words[0]?.text ?? '');
}

export interface CommandSource {
  readonly args: Excerpt;
  readonly argsSpan: Span;
  readonly heredocs: readonly Heredoc[];
  readonly file: string;
  readonly posixShell: boolean;
}

/** What RUN, CMD, ENTRYPOINT and HEALTHCHECK run, in whichever form it is written. */
export function readScript(source: CommandSource): { form: CommandForm; script: Script } {
  const strings = readJsonStrings(source.args);
  if (strings) return { form: 'exec', script: execScript(strings, source.argsSpan) };
  const excerpt = shellText(source);
  const form: CommandForm = isHeredocScript(source) ? 'heredoc' : 'shell';
  const readable = source.posixShell && (form === 'shell' || isShellBody(excerpt.text));
  if (!readable) return { form, script: { span: source.argsSpan, commands: [], broken: true } };
  return { form, script: parseScript(excerpt) };
}

/** `RUN <<EOF`: nothing but the heredoc, so that its body is the script. */
function isHeredocScript({ args, heredocs }: CommandSource): boolean {
  return heredocs.length > 0 && /^\s*\d*<<-?\s*["']?[\w.-]+["']?\s*$/.test(args.text);
}

function isShellBody(body: string): boolean {
  const shebang = /^\s*#!\s*(\S+)(?:\s+(\S+))?/.exec(body);
  if (!shebang) return true;
  const program = shebang[1]?.endsWith('/env') ? shebang[2] : shebang[1];
  return POSIX_SHELLS.test(program ?? '');
}

function shellText(source: CommandSource): Excerpt {
  const first = source.heredocs[0];
  if (!first) return source.args;
  const builder = new ExcerptBuilder();
  if (isHeredocScript(source)) {
    takeWithoutCarriageReturns(builder, source.file, first.body.start, first.body.end);
    return builder.finish(first.body.end);
  }
  const end = source.heredocs.at(-1)?.closing.end ?? first.closing.end;
  builder.takeExcerpt(source.args);
  builder.takeAs('\n', Math.max(0, first.body.start - 1));
  takeWithoutCarriageReturns(builder, source.file, first.body.start, end);
  return builder.finish(end);
}

function takeWithoutCarriageReturns(builder: ExcerptBuilder, file: string, start: number, end: number): void {
  let at = start;
  for (const line of file.slice(start, end).split('\r\n')) {
    if (at > start) builder.take('\n', at - 1);
    builder.take(line, at);
    at += line.length + 2;
  }
}
