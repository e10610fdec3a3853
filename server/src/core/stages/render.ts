import { keywordInCaseOf } from '../dockerfile/edit';
import { blockOf, removeBlock } from '../dockerfile/instruction-block';
import type { Dockerfile, Instruction } from '../dockerfile/model';
import type { ExplainedEdit } from '../text/explained-edits';
import { linesOf } from '../text/lines';
import { span, textAt } from '../text/span';
import { aptStep } from './apt-step';
import { inBoth, movedBelow } from './placed';
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
  /** The image of the builder, where it is not the one that the file names. */
  readonly builderImage?: string | undefined;
  readonly because: string;
}

/** What the stage that builds is called; the one that ships keeps the name that the file has. */
function builderName({ stage }: StageSplit): string {
  return stage.name === 'builder' ? 'build' : 'builder';
}

/** The edits that end the first stage behind the last build step and begin the one that ships. */
export function renderStageSplit(split: StageSplit, sides: Sides): ExplainedEdit[] {
  return [
    ...nameBuilder(split, sides),
    ...movedBelow(split.placed, split.lastBuild).map(it => ({
      ...removeBlock(split.file, it),
      because: MOVED,
    })),
    secondStage(split, sides),
  ];
}

function nameBuilder(split: StageSplit, { builderImage }: Sides): ExplainedEdit[] {
  const { from } = split.stage;
  const because = 'This stage builds: only what the next stage copies gets into the final image';
  const image = from.image?.span ?? from.span;
  const named = from.image?.text;
  const pinned = builderImage !== undefined && builderImage !== named;
  const pin = pinned ? [{ span: image, newText: builderImage, because: PINNED }] : [];
  if (from.alias) return [...pin, { span: from.alias.span, newText: builderName(split), because }];
  const as = from.keyword.text === from.keyword.text.toLowerCase() ? 'as' : 'AS';
  const alias = ` ${as} ${builderName(split)}`;
  if (pinned) return [{ span: image, newText: builderImage + alias, because: PINNED }];
  return [{ span: span(image.end, image.end), newText: alias, because }];
}

const PINNED =
  'Packages of libraries have other names in each Debian release, so both stages name the release of today';

const MOVED = 'This is about the running container, so it moves to the final stage';

function secondStage(split: StageSplit, sides: Sides): ExplainedEdit {
  const { file, lastBuild } = split;
  const lines = linesOf(file.text);
  const { eol } = lines;
  const write = (keyword: string, args: string) => `${keywordInCaseOf(file, keyword)} ${args}`;
  const at = lines.contentEnd(lines.lineOf(lastBuild.span.end));
  const texts = [
    ...sides.finishing.map(it => write('RUN', it)),
    '',
    fromLine(split, sides.image),
    ...inBoth(split.placed, 'settings').map(it => file.text.slice(it.span.start, it.span.end)),
    ...(split.inheritsWorkdir ? [] : [write('WORKDIR', split.workdir)]),
    ...(split.packages.length > 0 ? [write('RUN', aptStep(file, split.packages))] : []),
    ...inBoth(split.placed, 'steps').map(it => file.text.slice(it.span.start, it.span.end)),
    ...sides.copies.map(it => write('COPY', `--from=${builderName(split)} ${it}`)),
    ...(sides.fromContext ?? []).map(it => write('COPY', it)),
    ...movedBelow(split.placed, lastBuild).map(it => movedText(file, it)),
  ];
  return { span: span(at, at), newText: texts.map(it => eol + it).join(''), because: sides.because };
}

function movedText(file: Dockerfile, instruction: Instruction): string {
  const block = blockOf(file, instruction);
  return textAt(file.text, block).replace(/\r?\n$/, '');
}

function fromLine({ file, stage }: StageSplit, image: string): string {
  const { from } = stage;
  const flags = from.flags.map(it => `${file.text.slice(it.span.start, it.span.end)} `).join('');
  const name = from.alias
    ? ` ${from.asKeyword?.text ?? 'AS'} ${file.text.slice(from.alias.span.start, from.alias.span.end)}`
    : '';
  return `${from.keyword.text} ${flags}${image}${name}`;
}
