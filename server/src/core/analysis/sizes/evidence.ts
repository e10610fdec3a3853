import type { Dockerfile, Instruction, Stage } from '../../dockerfile/model';
import { lineage, stageNamed } from '../../dockerfile/stage-graph';
import { writtenInstruction } from '../../dockerfile/written-instruction';
import type { Evidence } from '../../finding';
import type { CacheName } from '../../knowledge/caches';
import type { EngineFacts, ImageFacts, InstalledPackage, LayerFacts } from '../../project/engine';
import { formatBytes } from '../../text/bytes';
import { groupBy } from '../../text/group';
import { linesOf } from '../../text/lines';
import { oncePer, onceWhileSame } from '../../text/once-per';

/** `412 MB, measured: the build context on disk`, `38 MB, estimated: the package index of Debian bookworm`. */
export function describeEvidence({ bytes, how, source }: Evidence): string {
  const figure = bytes === undefined ? '' : `${formatBytes(bytes)}, `;
  return `${figure}${how}: ${source}`;
}

/** For a message: `38 MB (measured)`, `about 38 MB (estimated)`; undefined where no size is known. */
export function sizeInWords(evidence: Evidence | undefined): string | undefined {
  if (evidence?.bytes === undefined) return undefined;
  const about = evidence.how === 'estimated' ? 'about ' : '';
  return `${about}${formatBytes(evidence.bytes)} (${evidence.how})`;
}

/** What an offer of a conversion does, and what that gains: `Give each role its own Dockerfile: about 418 MB (estimated) less`. */
export function titleWithGain(title: string, gain: Evidence | undefined): string {
  const size = sizeInWords(gain);
  return size === undefined ? title : `${title}: ${size} less`;
}

/**
 * What the layer weighs that an instruction makes, in the newest image of the engine that was built from this file:
 * `layerEvidence(file, run, engine) ?? anEstimate`. Undefined where there is no such image, or where the instruction
 * reads otherwise than when the image was built.
 */
export function layerEvidence(
  file: Dockerfile,
  instruction: Instruction,
  engine: EngineFacts,
): Evidence | undefined {
  const made = madeBy(file, instruction, engine);
  if (!made || made.layer.bytes === 0) return undefined;
  const { bytes } = made.layer;
  const source = `${nameOf(made.image)}, the layer of ${lineOf(file, instruction)}`;
  return made.image.sizes === 'estimated'
    ? { bytes, how: 'estimated', source: `${source}, by ${WHAT_ENGINES_COUNT}` }
    : { bytes, how: 'measured', source };
}

/** In place of the bytes of files, for the source of an evidence. */
export const WHAT_ENGINES_COUNT = 'the space that the engine says it takes';

/**
 * What a cache weighs in the layer that an instruction makes, measured in the same image. Undefined also where nobody
 * has looked into the layer; 0 bytes if it was read and has no such cache.
 */
export function cacheEvidence(
  file: Dockerfile,
  instruction: Instruction,
  cache: CacheName,
  engine: EngineFacts,
): Evidence | undefined {
  const made = madeBy(file, instruction, engine);
  if (!made?.layer.caches) return undefined;
  const bytes = made.layer.caches.find(it => it.name === cache)?.bytes ?? 0;
  const layer = `the layer of ${lineOf(file, instruction)}`;
  return { bytes, how: 'measured', source: `${nameOf(made.image)}, the ${cache} in ${layer}` };
}

/** A Python distribution as it is in an image that was built from a Dockerfile. */
export interface MeasuredPackage extends InstalledPackage {
  readonly evidence: Evidence;
}

/**
 * The Python distributions in the newest image of the engine that was built from a Dockerfile, by name as the
 * packaging standards compare them (`ruamel-yaml`). Undefined where no such image is there or nobody has looked into it.
 *
 * @param dockerfile path as the facts of the workspace name it
 */
export function installedPackages(
  dockerfile: string,
  engine: EngineFacts,
): ReadonlyMap<string, MeasuredPackage> | undefined {
  const image = imagesOf(dockerfile, engine).find(it => it.packages !== undefined);
  if (!image?.packages) return undefined;
  return packagesByName(image, image.packages);
}

const packagesByName = oncePer(
  (image: ImageFacts, packages: readonly InstalledPackage[]): ReadonlyMap<string, MeasuredPackage> => {
    const source = `site-packages of ${nameOf(image)}`;
    return new Map(
      packages.map(one => [one.name, { ...one, evidence: { bytes: one.bytes, how: 'measured', source } }]),
    );
  },
);

interface Made {
  readonly image: ImageFacts;
  readonly layer: LayerFacts;
}

function madeBy(file: Dockerfile, instruction: Instruction, engine: EngineFacts): Made | undefined {
  return engine.images.length === 0 ? undefined : madeByAll(file, engine).get(instruction);
}

/** Rules ask for many instructions of one file: the images are tied to it once. */
const madeByAll = onceWhileSame((file: Dockerfile, engine: EngineFacts): ReadonlyMap<Instruction, Made> => {
  const made = new Map<Instruction, Made>();
  for (const image of imagesOf(file.path, engine)) {
    for (const [tied, layer] of tie(file, image)) if (!made.has(tied)) made.set(tied, { image, layer });
  }
  return made;
});

const byDockerfile = oncePer(
  ({ images }: EngineFacts): ReadonlyMap<string, readonly ImageFacts[]> =>
    groupBy(images, image => image.dockerfile ?? ''),
);

/** The images that were built from a Dockerfile, newest first. */
function imagesOf(dockerfile: string, engine: EngineFacts): readonly ImageFacts[] {
  return byDockerfile(engine).get(dockerfile) ?? [];
}

/**
 * The layers of an image by the instructions that made them. They are compared by their text, for lines move while
 * somebody types; where a text is there several times, all of them must have their layer.
 */
function tie(file: Dockerfile, image: ImageFacts): Map<Instruction, LayerFacts> {
  const stage = builtStage(file, image.target);
  const own = stage ? lineage(file, stage).reverse() : [];
  const instructions = own.flatMap(it => it.instructions);
  const written = groupBy(instructions, it => writtenInstruction(file, it));
  const layers = groupBy(
    image.layers.filter(it => it.line !== undefined),
    it => it.instruction,
  );
  const tied = new Map<Instruction, LayerFacts>();
  for (const [text, same] of layers) {
    const makers = written.get(text) ?? [];
    if (makers.length !== same.length) continue;
    for (const [index, maker] of makers.entries()) {
      const layer = same[index];
      if (layer) tied.set(maker, layer);
    }
  }
  return tied;
}

function builtStage(file: Dockerfile, target: string | undefined): Stage | undefined {
  return target === undefined ? file.stages.at(-1) : stageNamed(file, target);
}

function nameOf({ tags, id }: ImageFacts): string {
  return tags[0] ?? id;
}

function lineOf(file: Dockerfile, instruction: Instruction): string {
  return `line ${linesOf(file.text).lineOf(instruction.span.start) + 1}`;
}
