import { pythonInstalls } from '../../../analysis/installs/python-installs';
import type { Dockerfile, Stage } from '../../../dockerfile/model';
import { ofKind } from '../../../dockerfile/query';
import { lineage } from '../../../dockerfile/stage-graph';
import type { WorkspaceFacts } from '../../../project/workspace';
import { startedScripts } from '../../../stages/python/own-scripts';
import { compilesAtRunTime } from '../../../stages/python/system-needs';

/** Programs that compile, or drive what does: where one is called, headers and libraries are needed too. */
const COMPILES =
  /^(cc|c\+\+|gcc|g\+\+|clang|clang\+\+|gfortran|make|gmake|cmake|ninja|meson|cargo|rustc|go|nvcc|ld|as|node-gyp|cython|gcc-[\d.]+|g\+\+-[\d.]+|clang-[\d.]+)$/;

/** Packages whose program has another name. */
const PROGRAM_OF: Readonly<Record<string, string>> = {
  'protobuf-compiler': 'protoc',
  protobuf: 'protoc',
  'protobuf-dev': 'protoc',
  'libprotobuf-dev': 'protoc',
  'ninja-build': 'ninja',
  'pkg-config': 'pkg-config',
  pkgconf: 'pkg-config',
};

/** What the running container calls of what serves to compile. */
export interface RunTimeTools {
  /** True where it compiles: then all tools are needed. */
  readonly compiles: boolean;
  readonly isCalled: (packageName: string) => boolean;
}

/** What the start command, its scripts, the health check and the Python code of the project call. */
export function runTimeTools(file: Dockerfile, stage: Stage, workspace: WorkspaceFacts): RunTimeTools {
  const starting = lineage(file, stage).flatMap(it =>
    ofKind(it.instructions, 'CMD', 'ENTRYPOINT', 'HEALTHCHECK'),
  );
  const commands = starting.flatMap(it => [...it.script.commands, ...startedScripts(it, workspace)]);
  const ofCode = [...(workspace.code?.values() ?? [])];
  const programs = new Set([...commands.map(it => it.name), ...ofCode.flatMap(it => it.programs)]);
  const compiles =
    [...programs].some(it => COMPILES.test(it)) ||
    ofCode.some(({ imports }) => imports.some(it => compilesAtRunTime(it.module.split('.')[0] ?? ''))) ||
    pythonInstalls(file, stage, workspace).requirements.some(it => compilesAtRunTime(it.name));
  return {
    compiles,
    isCalled: name => programs.has(Object.hasOwn(PROGRAM_OF, name) ? (PROGRAM_OF[name] ?? name) : name),
  };
}
