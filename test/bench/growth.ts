import { DEFAULT_CONFIG } from '../../server/src/core/config';
import { lint, parseFile } from '../../server/src/core/lint';
import { NO_ENGINE } from '../../server/src/core/project/engine';
import { NO_WORKSPACE } from '../../server/src/core/project/workspace';
import type { SourceFile } from '../../server/src/core/rule';
import { type Measurement, timed } from './measurement';

const SHORT = 700;
const LONG = 2800;
const ROUNDS = 3;
/** What grows with the length takes four times as long, what grows with its square sixteen times. */
const MOST = 8;

interface Shape {
  readonly what: string;
  readonly language: SourceFile['language'];
  readonly path: string;
  /** A part of the file of `lines` lines. */
  readonly part: (index: number) => string;
  readonly lines: number;
  readonly head?: string;
}

const shapes: readonly Shape[] = [
  {
    what: 'stages, each on the last',
    language: 'dockerfile',
    path: 'Dockerfile',
    part: index =>
      `FROM ${index === 0 ? 'python:3.12' : `s${index - 1}`} AS s${index}\nENV A${index}=1\nCOPY --from=builder /a /b${index}\nRUN echo $A${index}\n`,
    lines: 4,
  },
  {
    what: 'ENVs, each of the last',
    language: 'dockerfile',
    path: 'Dockerfile',
    head: 'FROM python:3.12\n',
    part: index => `ENV V${index}=$V${index - 1}x\n`,
    lines: 1,
  },
  {
    what: 'COPYs and what removes them',
    language: 'dockerfile',
    path: 'Dockerfile',
    head: 'FROM python:3.12\n',
    part: index => `COPY f${index}.bin /app/f${index}.bin\nRUN rm -rf /app/f${index}.bin\n`,
    lines: 2,
  },
  {
    what: 'COPYs and chowns of them',
    language: 'dockerfile',
    path: 'Dockerfile',
    head: 'FROM python:3.12\n',
    part: index => `COPY f${index} /app/f${index}\nRUN chown -R www-data /app/f${index}\n`,
    lines: 2,
  },
  {
    what: 'pip installs in one RUN',
    language: 'dockerfile',
    path: 'Dockerfile',
    head: 'FROM python:3.12\nRUN true',
    part: index => ` && \\\n  pip install package${index}`,
    lines: 1,
  },
  {
    what: 'services of one anchor',
    language: 'compose',
    path: 'compose.yaml',
    head: 'x-base: &base\n  image: redis:7\n  restart: always\nservices:\n',
    part: index => `  s${index}:\n    <<: *base\n    container_name: c${index}\n`,
    lines: 3,
  },
  {
    what: 'services that nothing is said of',
    language: 'compose',
    path: 'compose.yaml',
    head: 'services:\n',
    part: index => `  s${index}:\n    image: redis:7\n`,
    lines: 2,
  },
  {
    what: 'requirements',
    language: 'python-manifest',
    path: 'requirements.txt',
    part: index => `package${index}==1.${index}\n`,
    lines: 1,
  },
];

/** How much longer a file of four times as many lines takes: a ratio, so it holds on every machine. */
export async function growth(): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const shape of shapes) {
    const short = await quickest(shape, SHORT);
    const ratio = (await quickest(shape, LONG)) / short;
    measurements.push({
      title: `${LONG} lines of ${shape.what}, as a multiple of ${SHORT}`,
      figure: `${ratio.toFixed(1)}×`,
      limit: { text: `under ${MOST}×`, holds: ratio < MOST },
    });
  }
  return measurements;
}

/** No two rounds have the same first line: what is remembered of a file does not count. */
async function quickest({ language, path, part, lines, head = '' }: Shape, length: number): Promise<number> {
  const body = Array.from({ length: length / lines }, (_, index) => part(index)).join('');
  const context = { workspace: NO_WORKSPACE, engine: NO_ENGINE };
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const text = `# ${length}, round ${round}\n${head}${body}`;
    times.push(await timed(() => lint(parseFile(language, path, text), context, { config: DEFAULT_CONFIG })));
  }
  return Math.min(...times);
}
