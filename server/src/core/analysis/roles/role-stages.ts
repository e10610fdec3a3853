import { blockOf } from '../../dockerfile/instruction-block';
import type { Dockerfile, Instruction, Stage } from '../../dockerfile/model';
import { contributingStages } from '../../dockerfile/stage-graph';
import { type Edit, remove, replace } from '../../text/edit';
import type { ExplainedEdit } from '../../text/explained-edits';
import { linesOf } from '../../text/lines';
import { listed } from '../../text/sentence';
import { span } from '../../text/span';
import type { Role } from './image-roles';
import { stageOf } from './roles';

/**
 * Leaves out the stages that only other roles build. None where a number stands for a stage: it would mean another one.
 */
export function stageEdits(file: Dockerfile, role: Role, others: readonly Role[]): readonly ExplainedEdit[] {
  if (file.instructions.some(namesByNumber)) return [];
  const builtBy = (it: Role) => it.services.flatMap(built => stageOf(built) ?? []);
  const own = new Set(contributingStages(file, ...builtBy(role)));
  const foreign = new Set(others.flatMap(builtBy).filter(stage => !own.has(stage)));
  const needed = contributingStages(file, ...file.stages.filter(stage => !foreign.has(stage)));
  const gone = file.stages.filter(stage => foreign.has(stage) && !needed.includes(stage));
  const runs = gone.filter(stage => !gone.some(it => it.index === stage.index - 1));
  return runs.map(first => {
    let last = first;
    for (const stage of gone) if (stage.index === last.index + 1) last = stage;
    const names = gone.filter(it => it.index >= first.index && it.index <= last.index).map(nameOf);
    const because = `it leaves out ${listed(names)}, which only ${listed(others.map(it => it.name))} ${others.length > 1 ? 'build' : 'builds'}`;
    return { ...removal(file, first, last), because };
  });
}

function nameOf({ name, index }: Stage): string {
  return name ?? `stage ${index}`;
}

/** Takes stages out with the comments above them, at the end of the file with the blank lines before. */
function removal(file: Dockerfile, first: Stage, last: Stage): Edit {
  const next = file.stages[last.index + 1];
  const { start } = blockOf(file, first.from);
  if (next) return remove(span(start, blockOf(file, next.from).start));
  const before = file.text.slice(0, start).trimEnd().length;
  return replace(span(before, file.text.length), file.text.endsWith('\n') ? linesOf(file.text).eol : '');
}

function namesByNumber(instruction: Instruction): boolean {
  const from = instruction.kind === 'COPY' ? [instruction.from] : [];
  const mounted = instruction.kind === 'RUN' ? instruction.mounts.map(it => it.from) : [];
  return [...from, ...mounted].some(it => /^\d+$/.test(it ?? ''));
}
