import { lastLine, withoutComment } from '../text/ends';
import { join, span } from '../text/span';
import type { Dockerfile, Heredoc, Run } from './model';
import type { ComposedRun, Link } from './run-chain';

/**
 * The commands of a `RUN <<EOF` one after the other, each on a line of its own or joined with `&&` or `;`; undefined
 * where the script is more than that.
 */
export function heredocChain(file: Dockerfile, run: Run): readonly Link[] | undefined {
  const body = bodyOf(run);
  if (!body || run.script.broken || file.escape !== '\\') return undefined;
  const links: Link[] = [];
  let end = body.start;
  for (const command of run.script.commands) {
    const at = command.redirects.reduce((sum, redirect) => join(sum, redirect.span), command.span);
    if (at.end <= end) continue;
    const operator = operatorOf(file.text.slice(end, at.start));
    const fits = links.length === 0 ? operator === '' || operator === '\n' : operator !== undefined;
    if (!fits || operator === undefined || command.scope !== 'script') return undefined;
    if (command.redirects.some(it => it.operator.startsWith('<<'))) return undefined;
    if (links.length > 0 && operator === '') return undefined;
    links.push({
      command,
      span: at,
      joint: links.length === 0 ? span(at.start, at.start) : span(end, at.start),
    });
    end = at.end;
  }
  const tail = operatorOf(file.text.slice(end, body.end).replace(/\r$/, ''));
  return links.length > 0 && tail !== undefined && tail !== '&&' ? links : undefined;
}

function bodyOf({ form, heredocs }: Run): Heredoc['body'] | undefined {
  return form === 'heredoc' && heredocs.length === 1 ? heredocs[0]?.body : undefined;
}

/** What parts two commands, comments and continuations aside; undefined where it is something else. */
function operatorOf(joint: string): '' | '\n' | '&&' | ';' | undefined {
  const lines = joint.split(/\r?\n/);
  const words = lines
    .map(line => withoutComment(line).replace(/\\\s*$/, ''))
    .join('')
    .trim();
  if (words === '&&' || words === ';') return words;
  if (words !== '') return undefined;
  return lines.slice(0, -1).some(line => !line.endsWith('\\')) ? '\n' : '';
}

/** A `RUN <<EOF` with some of its commands, each with the comments that are above it and behind it. */
export function composeHeredoc(file: Dockerfile, { run, kept, flags }: ComposedRun, eol: string): string {
  const heredoc = run.heredocs[0];
  const links = heredocChain(file, run) ?? [];
  const first = links[0];
  if (!heredoc || !first) return file.text.slice(run.span.start, run.span.end);
  const original = run.flags.map(flag => file.text.slice(flag.span.start, flag.span.end));
  const isSame = flags.join(' ') === original.join(' ');
  const opening = file.text.slice(run.argsSpan.start, heredoc.body.start);
  const head = isSame
    ? file.text.slice(run.span.start, heredoc.body.start)
    : `${[run.keyword.text, ...flags].join(' ')} ${opening}`;
  const at = kept.map(({ link }) => links.findIndex(it => it.span.start === link.span.start));
  const joints = links.map(({ joint }) => readJoint(file.text.slice(joint.start, joint.end)));
  const lead = file.text.slice(heredoc.body.start, first.span.start);
  let text = '';
  kept.forEach((one, index) => {
    const place = at[index] ?? 0;
    const before = at[index - 1];
    text +=
      before === undefined ? (place === 0 ? lead : (joints[place]?.above ?? '')) : between(before, place);
    text += one.text;
  });
  const last = at.at(-1) ?? 0;
  const tail = file.text.slice(links.at(-1)?.span.end ?? heredoc.body.end, heredoc.body.end);
  text += last === links.length - 1 ? tail : (joints[last + 1]?.comment ?? '');
  return `${head}${text}${eol}${file.text.slice(heredoc.closing.start, heredoc.closing.end)}`;

  function between(before: number, place: number): string {
    const own = joints[place];
    const link = links[place];
    if (!own || !link) return eol;
    if (before === place - 1) return file.text.slice(link.joint.start, link.joint.end);
    const comment = joints[before + 1]?.comment ?? '';
    const together = joints.slice(before + 1, place + 1).every(it => it.operator === '&&');
    if (together && comment === '') return own.above === undefined ? ' && ' : ` && \\${eol}${own.above}`;
    return `${comment}${eol}${leadOf(place)}`;
  }

  /** What is in front of a command that begins a line now: it is as far in as its line was. */
  function leadOf(place: number): string {
    const own = place === 0 ? lead : (joints[place]?.above ?? '');
    const begins = joints.findLastIndex((it, index) => index <= place && it.operator === '\n');
    if (place === 0 || begins === place) return own;
    const line = begins === -1 ? lead : (joints[begins]?.above ?? '');
    return own.slice(0, own.length - lastLine(own).length) + lastLine(line);
  }
}

interface Joint {
  readonly operator: ReturnType<typeof operatorOf>;
  /** A comment that is behind the command before, with the white space in front of it; empty where there is none. */
  readonly comment: string;
  /** The lines above the next command and its indentation; undefined where it begins no line. */
  readonly above: string | undefined;
}

function readJoint(text: string): Joint {
  const lineBreak = text.indexOf('\n');
  const line = (lineBreak === -1 ? text : text.slice(0, lineBreak)).replace(/\r$/, '');
  const blank = line.search(/\s#/);
  return {
    operator: operatorOf(text),
    comment: blank === -1 ? '' : line.slice(line.slice(0, blank).trimEnd().length),
    above: lineBreak === -1 ? undefined : text.slice(lineBreak + 1),
  };
}

/** The comments of a `RUN <<EOF` between its commands, as they are written. */
export function heredocComments(file: Dockerfile, run: Run): string[] {
  const body = bodyOf(run);
  const links = body ? (heredocChain(file, run) ?? []) : [];
  if (!body || links.length === 0) return [];
  const ends = [body.start, ...links.map(it => it.span.end)];
  const starts = [...links.map(it => it.span.start), body.end];
  return ends.flatMap((end, index) =>
    file.text
      .slice(end, starts[index])
      .split(/\r?\n/)
      .map(line => line.slice(withoutComment(line).length))
      .filter(comment => comment !== ''),
  );
}
