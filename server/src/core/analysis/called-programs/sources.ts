import { isAroundProgram } from '../../project/code/program-files';
import type { WorkspaceFacts } from '../../project/workspace';
import { parseScript } from '../../shell/parse';
import type { CalledProgram } from './called-program';

/**
 * The programs that code in JavaScript, Go, Java, Ruby, Rust, PHP or C# starts, as far as it names them: `spawn('git', …)`,
 * `exec.Command("sh", "-c", "curl …")`. Tests and the scripts of developers are no part of what runs.
 *
 * @param isRun false for paths of the context of which it is known that no container runs them
 */
export function programsOfSources(
  { sources, context }: WorkspaceFacts,
  isRun: (path: string) => boolean = () => true,
): CalledProgram[] {
  const prefix = !context || context.path === '.' ? '' : `${context.path}/`;
  return [...(sources ?? [])].flatMap(([path, { calls }]) => {
    const inside = path.slice(prefix.length);
    if (calls.length === 0 || isAroundProgram(inside) || !isRun(inside)) return [];
    const started = calls.flatMap(call => {
      const text = call.kind === 'script' ? call.text : quoted(call.name);
      return parseScript({ text, origins: { from: 0 } }).commands;
    });
    return started.filter(({ name }) => name !== '').map(command => ({ command, path }));
  });
}

/** As a shell reads it as one word. */
function quoted(name: string): string {
  return /^[\w./+-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
}
