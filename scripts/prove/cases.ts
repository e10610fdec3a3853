import type { Change } from '../../server/src/prove/change';
import type { BaseRecipe } from '../../test/support/base-recipes';

/** One row of a case study's own table: what its team measured, in its own words, and where ours is found. */
export interface DocumentRow {
  readonly metric: string;
  readonly before: string;
  readonly after: string;
  readonly gain: string;
  /** Of every unit (`start`, `bytes`, `change`, `rebuild`), or of all together. */
  readonly ours: 'start' | 'bytes' | 'change' | 'rebuild' | 'all bytes' | 'all builds';
  /** The gain that ours must reach: a factor for times, a share of the size for bytes. */
  readonly target: number;
}

export interface ProofCase {
  readonly title: string;
  readonly change: Change;
  /** What is done to both states first, and why. */
  readonly prepare?: { readonly change: Change; readonly why: string };
  /** The base images of its images, in addition to Debian and Python. */
  readonly bases?: readonly BaseRecipe[];
  /** Where the state before is not an example as it stands: files that are written over a copy of one, and why. */
  readonly written?: { readonly example: string; readonly files: string; readonly why: string };
  /** The services to prove; all that are built where nothing is said. */
  readonly only?: readonly string[];
  readonly document: readonly DocumentRow[];
}

/** The case studies, by the folder of `examples/` that they are in, or by a name of their own. */
export const proofCases: Readonly<Record<string, ProofCase>> = {
  calidda: {
    title: 'Installing at build time instead of at every start',
    change: { kind: 'convert', conversion: 'runtime-install-to-image', file: 'docker-compose.yaml' },
    document: [
      { metric: 'start-up', before: '~7 min', after: '~33 s', gain: '12× faster', ours: 'start', target: 10 },
      {
        metric: 'after a code change',
        before: '7 min',
        after: '5-10 s',
        gain: '42× faster',
        ours: 'change',
        target: 20,
      },
    ],
  },
  'calidda-image': {
    title: 'An image without the compiler that its packages needed',
    written: {
      example: 'calidda',
      files: 'scripts/prove/calidda-image',
      why: "The document's 450 MB are an image with gcc, build-essential and apt's lists, which the team did not keep: its Dockerfiles were rewritten for this proof",
    },
    change: { kind: 'fix' },
    document: [
      {
        metric: 'image size',
        before: '~450 MB',
        after: '~290 MB',
        gain: '-38 %',
        ours: 'bytes',
        target: 0.3,
      },
    ],
  },
  mikrom: {
    title: 'Debian instead of Alpine, one locked uv step, one image for four services',
    prepare: {
      change: { kind: 'convert', conversion: 'alpine-to-slim', file: 'Dockerfile' },
      why: "Alpine's packages cannot be had here, so both versions use Debian: the gain of leaving Alpine is not in these figures",
    },
    change: { kind: 'fix' },
    document: [
      {
        metric: 'rebuild after a code change',
        before: '1-2 min',
        after: '0.5 s',
        gain: '99 % faster',
        ours: 'rebuild',
        target: 10,
      },
      {
        metric: 'images on disk',
        before: '2.6 GB (4)',
        after: '662 MB (1)',
        gain: '-75 %',
        ours: 'all bytes',
        target: 0.7,
      },
      {
        metric: 'building all',
        before: '~27 min',
        after: '~7 min',
        gain: '4× faster',
        ours: 'all builds',
        target: 3,
      },
    ],
  },
  vx11: {
    title: 'A requirements file for each service, and an ignore file',
    change: { kind: 'fix' },
    bases: ['nginx'],
    document: [
      {
        metric: 'all images',
        before: '23.4 GB',
        after: '12-15 GB',
        gain: '-35 to -50 %',
        ours: 'all bytes',
        target: 0.35,
      },
      {
        metric: 'building all without a cache',
        before: '~8 min',
        after: '~5 min',
        gain: '1.6× faster',
        ours: 'all builds',
        target: 1.5,
      },
    ],
  },
  'agente-hibrido': {
    title: 'Separate images for backend and frontend, each with its own dependencies',
    change: { kind: 'fix' },
    only: ['backend', 'frontend'],
    document: [
      {
        metric: 'image size',
        before: '4.22 GB',
        after: '~1.5 GB',
        gain: '-64 %',
        ours: 'bytes',
        target: 0.5,
      },
    ],
  },
  knowligo: {
    title: 'A slim base without compilers, dependencies in their own layer',
    change: { kind: 'fix' },
    only: ['api'],
    document: [
      {
        metric: 'image size',
        before: '~1.2 GB',
        after: '~620 MB',
        gain: '-45 %',
        ours: 'bytes',
        target: 0.4,
      },
      { metric: 'rebuild', before: '~5 min', after: '~10 s', gain: '30× faster', ours: 'rebuild', target: 5 },
    ],
  },
};
