import data from './composer-packages.json';
import { entryOf } from './table';

/** The first of these packages of Composer that calls a program while an application runs. */
export function callerOf(program: string, packages: ReadonlySet<string>): string | undefined {
  return entryOf<readonly string[]>(data.programs, program)?.find(it => packages.has(it));
}
