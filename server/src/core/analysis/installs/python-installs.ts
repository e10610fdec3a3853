import type { Dockerfile, Stage } from '../../dockerfile/model';
import { runCommands } from '../../dockerfile/query';
import { lineage } from '../../dockerfile/stage-graph';
import { readRequirement } from '../../manifests/requirements';
import { withIncluded } from '../../project/included-files';
import type { WorkspaceFacts } from '../../project/workspace';
import type { Command } from '../../shell/command';
import { dependencyInstall } from '../../shell/dependency-install';
import { type InlineInstall, inlineInstall } from '../../shell/inline-packages';
import { installersAt, isAlone, PYTHON_INSTALLERS } from './installers';
import { mayCompileItself } from './own-extensions';
import type { Wanted } from './prebuilt-wheels';

/** The Python packages that a stage installs by name, in its own RUNs and in those of the stages it is built on. */
export interface PythonInstalls {
  /** What the command lines and the manifests name, in the order of the file. */
  readonly requirements: readonly Wanted[];
  /** False where more may be installed than can be seen: an address, a folder, an unread manifest, a constraint. */
  readonly complete: boolean;
}

/** Reads the installs of a stage, those of the stages that it is built on among them. */
export function pythonInstalls(file: Dockerfile, stage: Stage, workspace: WorkspaceFacts): PythonInstalls {
  return installsIn(file, lineage(file, stage).reverse(), workspace);
}

/** Reads what the RUNs of some stages install. */
export function installsIn(
  file: Dockerfile,
  stages: readonly Stage[],
  workspace: WorkspaceFacts,
): PythonInstalls {
  return merged(runCommands(stages).map(({ command }) => installsOf(file, command, workspace)));
}

const NOTHING: PythonInstalls = { requirements: [], complete: true };
const UNSEEN: PythonInstalls = { requirements: [], complete: false };

function merged(all: readonly PythonInstalls[]): PythonInstalls {
  return {
    requirements: all.flatMap(it => it.requirements),
    complete: all.every(it => it.complete),
  };
}

function installsOf(file: Dockerfile, command: Command, workspace: WorkspaceFacts): PythonInstalls {
  const inline = inlineInstall(command);
  const install = dependencyInstall(command);
  if (install && PYTHON_INSTALLERS.includes(install.program)) {
    if (install.constraints.length > 0) return UNSEEN;
    if (install.project !== 'no' && mayCompileItself(workspace)) return UNSEEN;
    const manifests = installersAt(command, file, workspace).map(it => it.manifest);
    const named = install.manifests.filter(it => !it.endsWith('.lock')).length;
    const wanted = named === 0 && install.project !== 'no' && !isAlone(command) ? 1 : named;
    if (manifests.length < wanted) return UNSEEN;
    const written = inline ? byName(inline, isProject) : NOTHING;
    return merged([written, ...manifests.map(path => requirementsIn(path, workspace))]);
  }
  return inline ? byName(inline, () => false) : NOTHING;
}

/** The project itself, whose dependencies its manifest names. */
function isProject(text: string): boolean {
  return text === '.' || text === './';
}

function byName({ packages }: InlineInstall, isElsewhere: (text: string) => boolean): PythonInstalls {
  const read = packages
    .filter(word => !isElsewhere(word.text))
    .map(word => {
      const requirement = word.literal ? readRequirement(word.text) : undefined;
      return requirement?.kind === 'named' ? requirement : undefined;
    });
  const requirements = read.filter(it => it !== undefined);
  return { requirements, complete: requirements.length === read.length };
}

/** What every install of a manifest brings, with the files that it includes. */
function requirementsIn(path: string, workspace: WorkspaceFacts): PythonInstalls {
  const { manifests, complete } = withIncluded(path, workspace);
  const own = manifests.map((manifest): PythonInstalls => {
    const main = manifest.requirements.filter(it => it.group === 'main');
    const plain = manifest.problems.length === 0 && main.every(it => it.from === 'index');
    const constrained = manifest.includes.some(({ kind }) => kind === 'constraint');
    const builds = manifest.options.some(({ name }) => name === '--no-binary');
    return { requirements: main, complete: plain && !constrained && !builds };
  });
  return merged([...own, { requirements: [], complete }]);
}
