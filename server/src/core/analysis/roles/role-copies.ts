import { blockOf } from '../../dockerfile/instruction-block';
import type { Copy, Dockerfile, Stage } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import { removePart } from '../../dockerfile/remove-part';
import { contributingStages } from '../../dockerfile/stage-graph';
import { copiedFiles } from '../../project/copied-files';
import type { WorkspaceFacts } from '../../project/workspace';
import { dependencyInstall } from '../../shell/dependency-install';
import type { ExplainedEdit } from '../../text/explained-edits';
import { linesOf } from '../../text/lines';
import { joinPath } from '../../text/path';
import { textAt } from '../../text/span';
import type { Word } from '../../text/word';
import type { Role } from './image-roles';

/** An image whose COPYs are looked at. */
export interface CopyingImage {
  readonly file: Dockerfile;
  readonly stage: Stage;
  /** The folder of its build context. */
  readonly context: string;
}

/**
 * Leaves out folders with nothing but Python code of other roles. A folder stays where anything in the file, the code or
 * the service names it as a path, where it holds other files too, and where the image builds the project.
 */
export function copyEdits(
  { file, stage, context }: CopyingImage,
  role: Role,
  others: readonly Role[],
  workspace: WorkspaceFacts,
): readonly ExplainedEdit[] {
  const stages = contributingStages(file, stage);
  const runs = stages.flatMap(it => ofKind(it.instructions, 'RUN'));
  const builds = runs.some(run => run.script.commands.some(it => dependencyInstall(it)?.project === 'yes'));
  if (builds || workspace.context?.path !== context) return [];
  const isForeign = (copy: Copy, source: Word) =>
    source.literal &&
    isCodeOfOthers(source.text, context, role, others, workspace) &&
    !isNamed(file, copy, source, role, workspace);
  return stages
    .flatMap(it => ofKind(it.instructions, 'COPY'))
    .filter(copy => copy.from === undefined && copiedFiles(file, copy) !== undefined)
    .flatMap(copy => {
      const foreign = copy.sources.filter(source => isForeign(copy, source));
      const [only, another] = foreign;
      // A second one would need the place of the first; a comment above would describe what was removed.
      if (!only || another || (copy.sources.length === 1 && hasCommentAbove(file, copy))) return [];
      const edit = removePart(file, copy, copy.sources, only);
      const because = `it leaves out ${only.text}, which only ${others.map(it => it.name).join(' and ')} runs`;
      return edit ? [{ ...edit, because }] : [];
    });
}

function hasCommentAbove(file: Dockerfile, copy: Copy): boolean {
  return blockOf(file, copy).start < linesOf(file.text).wholeLines(copy.span).start;
}

function isCodeOfOthers(
  source: string,
  context: string,
  role: Role,
  others: readonly Role[],
  { context: facts, code }: WorkspaceFacts,
): boolean {
  const path = joinPath('.', source);
  if (path === '.' || path.startsWith('..') || /[*?[$]/.test(path)) return false;
  const all = [...(facts?.files.keys() ?? [])].filter(it => it === path || it.startsWith(`${path}/`));
  const files = all.map(it => joinPath(context, it));
  const isCode = files.every(it => it.endsWith('.py') && code?.has(it));
  return (
    isCode &&
    files.some(it => others.some(other => other.files.has(it))) &&
    !files.some(it => role.files.has(it))
  );
}

/** Whether another instruction, the code of the role or its services say the first name of a path. */
function isNamed(file: Dockerfile, copy: Copy, source: Word, role: Role, { code }: WorkspaceFacts): boolean {
  const path = joinPath('.', source.text);
  const names = [path.split('/')[0] ?? path, path.split('/').at(-1) ?? path];
  const said = file.instructions
    .filter(it => it !== copy && it.kind !== 'CMD')
    .map(it => textAt(file.text, it.span));
  const services = role.services.map(({ compose, service }) => textAt(compose.text, service.entry.span));
  const says = (text: string, name: string) => text.split(/[^\w.-]+/).some(it => it === name);
  const facts = [...role.files].flatMap(it => code?.get(it) ?? []);
  return names.some(
    name =>
      said.some(text => says(text, name)) ||
      // `/app/backend` is a path, `http://backend` a host.
      services.some(text => text.replaceAll('//', ' ').includes(`/${name}`)) ||
      facts.some(it => it.paths.includes(name) || it.names.includes(name)),
  );
}
