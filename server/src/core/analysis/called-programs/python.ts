import type { Dockerfile } from '../../dockerfile/model';
import type { WorkspaceFacts } from '../../project/workspace';
import { parseScript } from '../../shell/parse';
import { codeInImage } from '../python-code/code-in-image';
import type { CalledProgram } from './called-program';

/**
 * The programs that the Python code of an image starts, as far as the code names them: `subprocess.run(["git", …])`,
 * `os.system("curl …")`.
 */
export function programsOfPython(file: Dockerfile, workspace: WorkspaceFacts): CalledProgram[] {
  return codeInImage(file, workspace).flatMap(([path, { commands }]) => {
    const started = commands.flatMap(text => parseScript({ text, origins: { from: 0 } }).commands);
    return started.filter(({ name }) => name !== '').map(command => ({ command, path }));
  });
}
