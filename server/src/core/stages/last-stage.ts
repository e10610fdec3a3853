import { decline, declineAt, type Outcome } from '../decline';
import type { Dockerfile, Stage } from '../dockerfile/model';

/** The stage that a file builds by default; a file is read as a whole or not at all. */
export function lastStage(file: Dockerfile): Outcome<Stage> {
  const stage = file.stages.at(-1);
  if (!stage) return decline('no-from');
  const [problem] = file.problems;
  return problem ? declineAt(file, problem, 'unreadable') : stage;
}
