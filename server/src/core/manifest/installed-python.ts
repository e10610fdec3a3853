import type { Dockerfile, Stage } from '../dockerfile/model';
import { ofKind, runCommands } from '../dockerfile/query';
import { contributingStages } from '../dockerfile/stage-graph';
import type { WorkspaceFacts } from '../facts/workspace';
import { dependencyInstall } from '../shell/dependency-install';
import { pipCommand } from '../shell/pip';
import { cleanPath, inWorkspace } from './context-needs';
import { normalizedName, parseRequirements, readRequirement } from './requirements';

/**
 * The Python packages that end up in a stage's image, by name as indexes compare them, as far as the file and the
 * requirements that it installs tell: what these depend on themselves is not among them.
 */
export function installedPython(
  file: Dockerfile,
  stage: Stage,
  workspace: WorkspaceFacts,
): ReadonlySet<string> {
  const stages = contributingStages(file, stage);
  const names = new Set<string>();
  for (const { command } of runCommands(stages)) {
    const pip = pipCommand(command);
    const named = pip?.packages ?? uvPackages(command.words.map(word => word.text));
    for (const { text } of named) addRequirement(readRequirement(text), names);
    // A builder often makes wheels of what the next stage installs.
    const manifests = pip?.requirements.map(word => word.text) ?? dependencyInstall(command)?.manifests;
    for (const manifest of manifests ?? [])
      addManifest(manifestPaths(stages, manifest, workspace), workspace, names);
  }
  return names;
}

function uvPackages(words: readonly string[]): { readonly text: string }[] {
  if (words[0] !== 'uv' || words[1] !== 'pip' || words[2] !== 'install') return [];
  return words
    .slice(3)
    .filter(text => /^[A-Za-z]/.test(text) && !/\.(txt|toml|in)$/.test(text))
    .map(text => ({ text }));
}

function addRequirement(entry: ReturnType<typeof readRequirement>, names: Set<string>): void {
  if (entry.kind === 'named' || (entry.kind === 'direct' && entry.name !== undefined))
    names.add(normalizedName(entry.name ?? ''));
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
  return [cleanPath(manifest), ...copied].map(path => inWorkspace(context, path));
}

function addManifest(paths: readonly string[], workspace: WorkspaceFacts, names: Set<string>): void {
  const seen = new Set<string>();
  const todo = [...paths];
  for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
    const text = workspace.texts.get(path);
    if (text === undefined || seen.has(path)) continue;
    seen.add(path);
    if (!/\.(txt|in)$/.test(path)) continue;
    const folder = path.split('/').slice(0, -1).join('/');
    for (const entry of parseRequirements(text)) {
      if (entry.kind === 'include') todo.push(cleanPath(`${folder}/${entry.path}`));
      else if (entry.kind === 'named') addRequirement(entry, names);
    }
  }
}
