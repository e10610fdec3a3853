import { keywordInCaseOf } from '../dockerfile/edit';
import type { Instruction } from '../dockerfile/model';
import type { ExplainedEdit } from '../text/explained-edits';
import { type Lines, linesOf } from '../text/lines';
import { span } from '../text/span';
import type { StageSplit } from './plan';

/** The two sides of a split, beyond what the file itself says. */
export interface Sides {
  /** Steps at the end of the builder, without keyword: shell text of a RUN. */
  readonly finishing: readonly string[];
  /** The image that runs, as FROM names it. */
  readonly image: string;
  /** Arguments of the COPYs from the builder, without `--from`. */
  readonly copies: readonly string[];
  /** Arguments of further COPYs, from the build context. */
  readonly fromContext?: readonly string[];
  readonly because: string;
}

/** What the stage that builds is called; the one that ships keeps the name that the file has. */
function builderName({ stage }: StageSplit): string {
  return stage.name === 'builder' ? 'build' : 'builder';
}

/** The edits that end the first stage behind the last build step and begin the one that ships. */
export function renderStageSplit(split: StageSplit, sides: Sides): ExplainedEdit[] {
  return [nameBuilder(split), ...split.moved.map(it => removal(split, it, MOVED)), secondStage(split, sides)];
}

function nameBuilder(split: StageSplit): ExplainedEdit {
  const { from } = split.stage;
  const because = 'This stage builds, and nothing of it ships but what the next one copies';
  if (from.alias) return { span: from.alias.span, newText: builderName(split), because };
  const end = from.image?.span.end ?? from.span.end;
  const as = from.keyword.text === from.keyword.text.toLowerCase() ? 'as' : 'AS';
  return { span: span(end, end), newText: ` ${as} ${builderName(split)}`, because };
}

/** From the comment lines directly above an instruction to its end. */
export function withComments(
  { file }: Pick<StageSplit, 'file'>,
  instruction: Instruction,
  lines = linesOf(file.text),
) {
  let first = lines.lineOf(instruction.span.start);
  const isComment = (line: number) =>
    line >= 0 &&
    file.comments.some(it => !it.inInstruction && lines.lineOf(it.span.start) === line) &&
    !file.directives.some(it => lines.lineOf(it.span.start) === line);
  while (isComment(first - 1)) first--;
  const heredocEnds = instruction.heredocs.map(it => it.closing.end);
  const last = lines.lineOf(Math.max(instruction.span.end - 1, ...heredocEnds));
  return { first, last };
}

const MOVED = 'This speaks of the container that runs, so it moves to the stage that ships';

/** Takes an instruction out with the comments over it, and a blank line where two would be left. */
export function removal(
  split: Pick<StageSplit, 'file'>,
  instruction: Instruction,
  because: string,
): ExplainedEdit {
  const lines = linesOf(split.file.text);
  const { first, last } = withComments(split, instruction, lines);
  const isBlank = (line: number) => line < lines.count && lines.textOf(line).trim() === '';
  const blank = first > 0 && isBlank(first - 1) && isBlank(last + 1) ? 1 : 0;
  return {
    span: span(lines.startOf(first), lines.endOf(last + blank)),
    newText: '',
    because,
  };
}

function secondStage(split: StageSplit, sides: Sides): ExplainedEdit {
  const { file, lastBuild } = split;
  const lines = linesOf(file.text);
  const { eol } = lines;
  const write = (keyword: string, args: string) => `${keywordInCaseOf(file, keyword)} ${args}`;
  const { last } = withComments(split, lastBuild, lines);
  const at = lines.contentEnd(last);
  const texts = [
    ...sides.finishing.map(it => write('RUN', it)),
    '',
    fromLine(split, sides.image),
    ...split.shared.map(it => file.text.slice(it.span.start, it.span.end)),
    write('WORKDIR', split.workdir),
    ...aptLines(split).map(it => write('RUN', it)),
    ...split.repeated.map(it => file.text.slice(it.span.start, it.span.end)),
    ...sides.copies.map(it => write('COPY', `--from=${builderName(split)} ${it}`)),
    ...(sides.fromContext ?? []).map(it => write('COPY', it)),
    ...split.moved.flatMap(it => movedText(split, it, lines)),
  ];
  return { span: span(at, at), newText: texts.map(it => eol + it).join(''), because: sides.because };
}

function movedText(split: StageSplit, instruction: Instruction, lines: Lines): string[] {
  const { first, last } = withComments(split, instruction, lines);
  return Array.from({ length: last - first + 1 }, (_, index) => lines.textOf(first + index));
}

function fromLine({ file, stage }: StageSplit, image: string): string {
  const { from } = stage;
  const flags = from.flags.map(it => `${file.text.slice(it.span.start, it.span.end)} `).join('');
  const name = from.alias
    ? ` ${from.asKeyword?.text ?? 'AS'} ${file.text.slice(from.alias.span.start, from.alias.span.end)}`
    : '';
  return `${from.keyword.text} ${flags}${image}${name}`;
}

function aptLines({ file, packages }: StageSplit): string[] {
  if (packages.length === 0) return [];
  const { eol } = linesOf(file.text);
  const next = ` ${file.escape}${eol}    && `;
  return [
    [
      'apt-get update',
      `apt-get install -y --no-install-recommends ${packages.join(' ')}`,
      'rm -rf /var/lib/apt/lists/*',
    ].join(next),
  ];
}
