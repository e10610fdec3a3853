import type { Dockerfile } from '../../dockerfile/model';
import type { WorkspaceFacts } from '../../project/workspace';
import type { CalledProgram } from './called-program';
import { programsOfPython } from './python';
import { programsOfSources } from './sources';

/** The programs that the code of an image starts, in any language that is read, as far as the code names them. */
export function programsOfCode(file: Dockerfile, workspace: WorkspaceFacts): CalledProgram[] {
  return [...programsOfPython(file, workspace), ...programsOfSources(workspace)];
}
