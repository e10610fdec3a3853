import { isNeededWithoutImport } from '../../knowledge/python-without-import';
import type { PythonRequirement } from '../../manifests/model';
import type { WorkspaceFacts } from '../../project/workspace';
import { broughtBy, modulesOf } from '../python-code/distributions';
import { type BuiltService, codeOfService, type ServiceCode } from '../python-code/services';
import { isUsed } from '../python-code/usage';

/** What a service needs of the packages that its image has. */
export interface Needs {
  /** The requirements that its code imports or its commands name. */
  readonly named: readonly string[];
  /** With their dependencies. */
  readonly all: ReadonlySet<string>;
  /** Paths of the Python files that it reaches. */
  readonly files: ReadonlySet<string>;
}

/** @param listed what the image installs by name */
export function neededBy(
  built: BuiltService,
  listed: readonly PythonRequirement[],
  workspace: WorkspaceFacts,
): Needs | undefined {
  const code = codeOfService(built, workspace);
  return code.reach.certain ? needsOf(code, listed) : undefined;
}

/** As `neededBy`, of code that was found before. */
export function needsOf({ reach, usage }: ServiceCode, listed: readonly PythonRequirement[]): Needs {
  const used = listed.filter(it => isUsed(it.normalized, modulesOf(it.normalized), usage));
  const brought = used.flatMap(it => [...broughtBy(it.normalized, it.extras)]);
  const named = used.map(it => it.normalized);
  return { named, all: new Set([...named, ...brought]), files: new Set(reach.code.keys()) };
}

/** Dashboards stand for a role of their own though a command starts them. */
const DASHBOARDS: ReadonlySet<string> = new Set([
  'streamlit',
  'gradio',
  'dash',
  'panel',
  'voila',
  'chainlit',
]);

/** Whether imports and commands tell who needs a package: not of servers, drivers and plug-ins. */
export function isTold(name: string): boolean {
  return DASHBOARDS.has(name) || (modulesOf(name).certain && !isNeededWithoutImport(name));
}

/** What the one needs and the other does not, as far as imports tell. */
export function onlyIn({ named }: Needs, { all }: Needs): string[] {
  return named.filter(name => !all.has(name) && isTold(name));
}
