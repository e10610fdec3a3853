import { withBuildArgs } from '../core/dockerfile/build-args';
import { parseDockerfile } from '../core/dockerfile/parse';
import type { EngineFacts } from '../core/project/engine';
import { SYSTEM_CLOCK } from '../docker/clock';
import { connect, ownSurroundings } from '../docker/connect';
import type { Engine, EngineImage } from '../docker/engine';
import { engineFacts, type FactSources } from '../docker/facts';
import type { BuiltFrom } from '../docker/image-history';
import { readLayers } from '../docker/read-layers';
import { type BuiltService, builderOf, builtServices } from '../docker/workspace-images';
import type { Workspace } from '../host/workspace';
import { Misuse } from './exit';
import { progressLine } from './progress';

/** The engine that the docker command would use. @throws Misuse with what to do where there is none */
export async function requireEngine(signal: AbortSignal = new AbortController().signal): Promise<Engine> {
  const found = await connect(ownSurroundings(), signal);
  if (found.kind === 'connected') return found.engine;
  throw new Misuse(found.detail);
}

/** How much is asked of the engine: the sizes of layers, or what is in them as well. */
export type EngineDepth = 'layers' | 'contents';

/**
 * What the engine tells the rules about the images that a workspace builds. `loadGrammar` must have been awaited.
 *
 * @throws Misuse where there is no engine
 */
export async function workspaceEngineFacts(workspace: Workspace, depth: EngineDepth): Promise<EngineFacts> {
  const engine = await requireEngine();
  const signal = new AbortController().signal;
  const contentsOf: FactSources['contentsOf'] = ({ id, tags, bytes }, baseEntries) => {
    const progress = progressLine(tags[0] ?? id);
    const request = { endpoint: engine.endpoint, reference: id, baseEntries, bytes };
    return readLayers(request, signal, progress.show).finally(progress.end);
  };
  return engineFacts(
    await engine.images(signal),
    {
      engine,
      clock: SYSTEM_CLOCK,
      builtFrom: await buildsOf(workspace),
      contentsOf: depth === 'contents' ? contentsOf : async () => undefined,
    },
    signal,
  );
}

async function buildsOf(workspace: Workspace): Promise<FactSources['builtFrom']> {
  const files = await workspace.files();
  const dockerfiles = files.filter(({ language }) => language === 'dockerfile').map(({ path }) => path);
  // A Compose file beside a Dockerfile names its image, also where only the Dockerfile is checked.
  const targets = await Promise.all([
    workspace.builds(),
    ...dockerfiles.map(path => workspace.buildsAround(path)),
  ]);
  const services = builtServices(workspace.root, dockerfiles, [...new Set(targets.flat())]);
  const builds = new Map<BuiltService, Promise<BuiltFrom | undefined>>();
  return async (image: EngineImage) => {
    const by = builderOf(image, services);
    if (!by) return undefined;
    const built = builds.get(by) ?? builtFrom(workspace, by);
    builds.set(by, built);
    return built;
  };
}

async function builtFrom(
  workspace: Workspace,
  { dockerfile, target, args }: BuiltService,
): Promise<BuiltFrom | undefined> {
  const text = await workspace.text(dockerfile);
  if (text === undefined) return undefined;
  return { dockerfile: withBuildArgs(parseDockerfile(dockerfile, text), [{ args }]), target };
}
