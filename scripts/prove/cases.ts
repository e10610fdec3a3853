import type { Change } from '../../server/src/prove/change';

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
  /** Why ours may fall short of the document's. */
  readonly caveat?: string;
}

export interface ProofCase {
  readonly title: string;
  readonly change: Change;
  /** The services to prove; all that are built where nothing is said. */
  readonly only?: readonly string[];
  readonly document: readonly DocumentRow[];
}

/** The case studies, by the folder of `examples/` that they stand in. */
export const proofCases: Readonly<Record<string, ProofCase>> = {
  calidda: {
    title: 'Installing at build time instead of at every start',
    change: { kind: 'convert', conversion: 'runtime-install-to-image', file: 'docker-compose.yaml' },
    document: [
      { metric: 'start-up', before: '~7 min', after: '~33 s', gain: '12× faster', ours: 'start', target: 10 },
      {
        metric: 'image size',
        before: '~450 MB',
        after: '~290 MB',
        gain: '-38 %',
        ours: 'bytes',
        target: 0.3,
        caveat:
          "the document's containers also held a compiler and pip's downloads; here every package installs without one, and the registry that is asked lets pip keep nothing",
      },
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
  knowligo: {
    title: 'A slim base without compilers, dependencies in a layer of their own',
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
