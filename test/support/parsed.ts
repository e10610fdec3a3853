import type { Compose } from '../../server/src/core/compose/model';
import type { Dockerfile } from '../../server/src/core/dockerfile/model';
import { parseFile } from '../../server/src/core/lint';
import { type Language, languageOf } from '../../server/src/core/project/language';
import type { SourceFile } from '../../server/src/core/rule';

/** Models are frozen, so that many checks of one text can share one. */
const known = new Map<string, SourceFile>();
const MOST_KNOWN = 100;

/** The model of a file that has a language by its name. */
export function parsed(path: string, text: string): SourceFile | undefined {
  const language = languageOf(path);
  return language && parsedAs(language, path, text);
}

function parsedAs(language: Language, path: string, text: string): SourceFile {
  const key = `${language}\0${path}\0${text}`;
  const file = known.get(key) ?? parseFile(language, path, text);
  known.delete(key);
  known.set(key, file);
  const [oldest] = known.keys();
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  return file;
}

export function parsedDockerfile(path: string, text: string): Dockerfile {
  const file = parsedAs('dockerfile', path, text);
  if (file.language !== 'dockerfile') throw new TypeError(`${path} is no Dockerfile`);
  return file;
}

export function parsedCompose(path: string, text: string): Compose {
  const file = parsedAs('compose', path, text);
  if (file.language !== 'compose') throw new TypeError(`${path} is no Compose file`);
  return file;
}
