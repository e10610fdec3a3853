import type { Dockerfile, Run, Stage } from '../../dockerfile/model';
import { runsOf } from '../../dockerfile/query';
import { stagesOn } from '../../dockerfile/stage-graph';
import { aptCommand } from '../../shell/apt';
import { oncePer } from '../../text/once-per';

const VERBS_THAT_READ_LISTS =
  /^(install|reinstall|upgrade|safe-upgrade|dist-upgrade|full-upgrade|build-dep|satisfy|source|download)$/;

/** True where a RUN installs from package lists that it has not fetched itself. */
export function installsFromOlderLists({ script }: Run): boolean {
  const verbs = script.commands.flatMap(command => aptCommand(command)?.verb ?? []);
  const reads = verbs.findIndex(verb => VERBS_THAT_READ_LISTS.test(verb));
  return reads !== -1 && !verbs.slice(0, reads).includes('update');
}

/** True where a later RUN installs without an update: it would find nothing without the lists. */
export function feedsLaterInstall(file: Dockerfile, stage: Stage, run: Run): boolean {
  return stagesOn(file, stage).some(it => lastOnOlderLists(it) > run.span.start);
}

/** Where the last RUN of a stage begins that installs from lists of an earlier one; -1 where none does. */
const lastOnOlderLists = oncePer(
  (stage: Stage): number => runsOf(stage).findLast(installsFromOlderLists)?.span.start ?? -1,
);
