import { isDeepStrictEqual } from 'node:util';
import { withBuildArgs } from '../core/dockerfile/build-args';
import { parseDockerfile } from '../core/dockerfile/parse';
import { type EngineFacts, NO_ENGINE } from '../core/project/engine';
import { SYSTEM_CLOCK } from '../docker/clock';
import type { ImageContents } from '../docker/contents';
import type { Engine, EngineImage } from '../docker/engine';
import { engineFacts } from '../docker/facts';
import type { BuiltFrom } from '../docker/image-history';
import { type LayerProgress, readLayers } from '../docker/read-layers';
import { measured } from '../docker/read-rows';
import type { BuiltBy, WorkspaceBuilds } from './workspace-builds';
import type { Root, Workspaces } from './workspaces';

/** What the rules of each workspace folder may know of the engine, by the folder's path. */
export interface EngineFactsByFolder {
  readonly elsewhere: EngineFacts;
  readonly folders: ReadonlyMap<string, EngineFacts>;
}

export const NO_ENGINE_ANYWHERE: EngineFactsByFolder = { elsewhere: NO_ENGINE, folders: new Map() };

/** Above this size nobody looks into an image unasked: its archive alone takes the engine a minute. In bytes. */
const LARGEST_READ = 4e9;

/** Ties the engine's images to the Dockerfiles of the workspace, and keeps what has been found in them. */
export class EngineFactsReader {
  private readonly contents = new Map<string, ImageContents>();
  private told = NO_ENGINE_ANYWHERE;

  constructor(
    private readonly workspaces: Workspaces,
    private readonly builds: WorkspaceBuilds,
  ) {}

  /** @returns undefined where nothing is different from the last time. @throws DockerError */
  async read(
    engine: Engine,
    images: readonly EngineImage[],
    signal: AbortSignal,
  ): Promise<EngineFactsByFolder | undefined> {
    const folders = new Map<string, EngineFacts>();
    for (const root of this.workspaces.ofFolders()) {
      folders.set(root.folder, await this.ofRoot(root, engine, images, signal));
    }
    const elsewhere = await engineFacts(
      images,
      this.sources(engine, async () => undefined),
      signal,
    );
    this.forgetAllBut(images);
    const found = { elsewhere, folders };
    if (isSame(found, this.told)) return undefined;
    this.told = found;
    return found;
  }

  /** Reads what is in an image, once. @returns false where that brings nothing new. @throws DockerError */
  async lookInto(
    engine: Engine,
    image: EngineImage,
    baseEntries: number,
    signal: AbortSignal,
    onProgress: (progress: LayerProgress) => void,
  ): Promise<boolean> {
    if (this.contents.has(image.id) || image.bytes > LARGEST_READ) return false;
    const request = { endpoint: engine.endpoint, reference: image.id, baseEntries, bytes: image.bytes };
    this.contents.set(image.id, await readLayers(request, signal, onProgress));
    return true;
  }

  /** What is in an image, if it was read. */
  contentsOf(image: EngineImage): ImageContents | undefined {
    return this.contents.get(image.id);
  }

  /** The image with the bytes of its files, if it was read. */
  asRead(image: EngineImage): EngineImage {
    return measured(image, this.contentsOf(image));
  }

  private ofRoot(root: Root, engine: Engine, images: readonly EngineImage[], signal: AbortSignal) {
    const parsed = new Map<string, Promise<BuiltFrom | undefined>>();
    const builtFromOnce = async (image: EngineImage) => {
      const by = this.builds.of(image);
      if (by?.root !== root) return undefined;
      const key = `${by.dockerfile}\0${by.target ?? ''}`;
      const built = parsed.get(key) ?? builtFrom(by);
      parsed.set(key, built);
      return built;
    };
    return engineFacts(images, this.sources(engine, builtFromOnce), signal);
  }

  private sources(engine: Engine, built: (image: EngineImage) => Promise<BuiltFrom | undefined>) {
    const contentsOf = async (image: EngineImage) => this.contentsOf(image);
    const asRead = (image: EngineImage) => this.asRead(image);
    return { engine, clock: SYSTEM_CLOCK, builtFrom: built, contentsOf, asRead };
  }

  private forgetAllBut(images: readonly EngineImage[]): void {
    const there = new Set(images.map(image => image.id));
    for (const id of this.contents.keys()) if (!there.has(id)) this.contents.delete(id);
  }
}

/** The Dockerfile that an image comes from, as its editor or the disk has it. */
export async function builtFrom({ root, dockerfile, target, args }: BuiltBy): Promise<BuiltFrom | undefined> {
  const text = await root.workspace.text(dockerfile);
  if (text === undefined) return undefined;
  return { dockerfile: withBuildArgs(parseDockerfile(dockerfile, text), [{ args }]), target };
}

function isSame(one: EngineFactsByFolder, other: EngineFactsByFolder): boolean {
  const images = ({ elsewhere, folders }: EngineFactsByFolder) => [
    elsewhere.images,
    ...[...folders].map(([folder, facts]) => [folder, facts.images]),
  ];
  return (
    one.elsewhere.takenAt > 0 === other.elsewhere.takenAt > 0 && isDeepStrictEqual(images(one), images(other))
  );
}
