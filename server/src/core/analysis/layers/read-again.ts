import type { Dockerfile, Run } from '../../dockerfile/model';
import { runsOf } from '../../dockerfile/query';
import { stagesOn } from '../../dockerfile/stage-graph';
import type { Command } from '../../shell/command';
import { installsProject, type NodeCommand } from '../../shell/node';

/** True where a later RUN installs the project once more, and takes its packages out of the cache of this one. */
export function isReadAgain(
  file: Dockerfile,
  run: Run,
  writer: Command,
  read: (command: Command) => NodeCommand | undefined,
): boolean {
  const stage = file.stages[run.stage];
  const installs = (command: Command) => {
    const node = read(command);
    return node !== undefined && installsProject(node);
  };
  if (!stage || !installs(writer)) return false;
  return stagesOn(file, stage)
    .flatMap(runsOf)
    .some(later => later.span.start > run.span.start && later.script.commands.some(installs));
}
