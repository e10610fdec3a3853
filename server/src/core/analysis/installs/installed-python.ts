import type { Dockerfile, Stage } from '../../dockerfile/model';
import { ofKind, runCommands } from '../../dockerfile/query';
import { contributingStages } from '../../dockerfile/stage-graph';
import { normalizedName, readRequirement } from '../../manifests/requirements';
import { cleanPath, inWorkspace } from '../../project/context-needs';
import { withIncluded } from '../../project/included-files';
import type { WorkspaceFacts } from '../../project/workspace';
import { pipCommand } from '../../shell/pip';
import { installsIn } from './python-installs';

/**
 * The Python packages that end up in a stage's image, by name as indexes compare them, as far as the file and the
 * manifests that it installs tell: those of the stages that it takes files from too, and those that are only made into
 * wheels there. What they depend on themselves is not among them.
 */
export function installedPython(
  file: Dockerfile,
  stage: Stage,
  workspace: WorkspaceFacts,
): ReadonlySet<string> {
  const stages = contributingStages(file, stage);
  const installed = installsIn(file, stages, workspace).requirements;
  return new Set([...installed.map(it => normalizedName(it.name)), ...wheelsMade(stages, workspace)]);
}

/** What `pip wheel` and `pip download` prepare for another stage. */
function wheelsMade(stages: readonly Stage[], workspace: WorkspaceFacts): string[] {
  return runCommands(stages).flatMap(({ command }) => {
    const pip = pipCommand(command);
    if (!pip || pip.verb === 'install') return [];
    const named = pip.packages.map(({ text }) => readRequirement(text));
    const manifests = pip.requirements.flatMap(({ text }) => manifestPaths(stages, text, workspace));
    return [
      ...named.flatMap(it => (it.kind === 'named' ? normalizedName(it.name) : [])),
      ...manifests.flatMap(path => namesIn(path, workspace)),
    ];
  });
}

/** The manifest under the path that it is called by, and whatever COPY brings a file of that name. */
function manifestPaths(
  stages: readonly Stage[],
  manifest: string,
  { context }: WorkspaceFacts,
): readonly string[] {
  if (!context) return [];
  const name = manifest.split('/').at(-1) ?? '';
  const copied = stages
    .flatMap(stage => ofKind(stage.instructions, 'COPY', 'ADD'))
    .flatMap(copy => copy.sources.map(word => cleanPath(word.text)))
    .filter(path => path.split('/').at(-1) === name);
  return [...new Set([cleanPath(manifest), ...copied].map(path => inWorkspace(context, path)))];
}

function namesIn(path: string, workspace: WorkspaceFacts): string[] {
  return withIncluded(path, workspace).manifests.flatMap(({ requirements }) =>
    requirements.filter(it => it.group === 'main').map(it => it.normalized),
  );
}
