import { DEFAULT_CONFIG } from '../../server/src/core/config';
import { lint, parseFile } from '../../server/src/core/lint';
import { NO_ENGINE } from '../../server/src/core/project/engine';
import { NO_WORKSPACE } from '../../server/src/core/project/workspace';
import { dockerfileOf } from './dockerfiles';
import { type Measurement, milliseconds, timed } from './measurement';

const FILES = 1000;
const LINES = 40;

/** The whole rule set over a thousand Dockerfiles, no two alike. */
export async function throughput(): Promise<readonly Measurement[]> {
  const base = dockerfileOf(LINES);
  const texts = Array.from({ length: FILES }, (_, index) =>
    base.replaceAll('requirements', `requirements-${index}-`),
  );
  const context = { workspace: NO_WORKSPACE, engine: NO_ENGINE };
  const total = await timed(() => {
    for (const text of texts)
      lint(parseFile('dockerfile', 'Dockerfile', text), context, { config: DEFAULT_CONFIG });
  });
  return [
    {
      title: `all rules over ${FILES} Dockerfiles of ${LINES} lines, per file`,
      figure: milliseconds(total / FILES),
    },
    { title: 'the same, files per second', figure: (FILES / (total / 1000)).toFixed(0) },
  ];
}
