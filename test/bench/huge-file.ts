import { DEFAULT_CONFIG } from '../../server/src/core/config';
import { lint, parseFile } from '../../server/src/core/lint';
import { NO_ENGINE } from '../../server/src/core/project/engine';
import { NO_WORKSPACE } from '../../server/src/core/project/workspace';
import type { SourceFile } from '../../server/src/core/rule';
import { dockerfileOf } from './dockerfiles';
import { type Measurement, milliseconds, timed } from './measurement';

const LINES = 10_000;

/** Files of ten thousand lines, parsed and linted. */
export async function hugeFile(): Promise<readonly Measurement[]> {
  const service = (index: number) =>
    `  service${index}:\n    image: python:3.12\n    command: sh -c "pip install -r requirements.txt"\n    environment:\n      A: b\n`;
  const compose = `services:\n${Array.from({ length: LINES / 5 }, (_, index) => service(index)).join('')}`;
  return [
    await huge('Dockerfile', 'dockerfile', dockerfileOf(LINES)),
    await huge(
      'Dockerfile, one RUN',
      'dockerfile',
      `FROM a\nRUN true${' && \\\n  echo hello'.repeat(LINES)}\n`,
    ),
    await huge('Compose file', 'compose', compose),
  ];
}

async function huge(what: string, language: SourceFile['language'], text: string): Promise<Measurement> {
  const context = { workspace: NO_WORKSPACE, engine: NO_ENGINE };
  const time = await timed(() => lint(parseFile(language, what, text), context, { config: DEFAULT_CONFIG }));
  return {
    title: `${what} of ${LINES} lines, parsed and linted`,
    figure: milliseconds(time),
    limit: { text: 'under 1 s', holds: time < 1000 },
  };
}
