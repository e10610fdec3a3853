import type { Project } from '../../server/src/prove/prove-services';

/** One row of a case study's own table: what its team measured, in its own words, and where ours is found. */
export interface DocumentRow {
  readonly metric: string;
  readonly before: string;
  readonly after: string;
  readonly gain: string;
  readonly ours: 'start' | 'bytes' | 'change';
  /** The gain that ours must reach: a factor for times, a share of the size for bytes. */
  readonly target: number;
  /** Why ours may fall short of the document's. */
  readonly caveat?: string;
}

export interface ProofCase {
  readonly title: string;
  readonly project: Omit<Project, 'folder'>;
  readonly document: readonly DocumentRow[];
}

/** The case studies that can be proven, by the folder of `examples/` that they stand in. */
export const proofCases: Readonly<Record<string, ProofCase>> = {
  calidda: {
    title: 'Installing at build time instead of at every start',
    project: {
      compose: 'docker-compose.yaml',
      conversion: 'runtime-install-to-image',
      services: [
        { name: 'calidda-api', probe: { port: 5000, path: '/health' }, source: 'vcc-totem/api_wrapper.py' },
        { name: 'srv-img', probe: { port: 5001, path: '/health' }, source: 'srv-img/main.py' },
      ],
    },
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
};
