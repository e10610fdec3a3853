import { sep } from 'node:path';
import { parseDockerfile } from '../core/dockerfile/parse';
import { type Language, languageOf } from '../core/project/language';

// A link, or a path in a Compose file, may put any file in the place of a Dockerfile: keys, lists of accounts. What
// findings would quote of it ends up in a log, so outside of the workspace a file has to be what it is read for.

/** Whether a text is that of a Dockerfile. */
export function isDockerfileText(text: string): boolean {
  const [first] = parseDockerfile('Dockerfile', text).instructions;
  return first?.kind === 'FROM' || first?.kind === 'ARG';
}

/** Whether a file that is checked as one of this language is one. @param realPath absolute */
export function isOfLanguage(language: Language, realPath: string, text: string): boolean {
  return language === 'dockerfile' ? isDockerfileText(text) : languageOf(posixPath(realPath)) === language;
}

export function posixPath(path: string): string {
  return path.split(sep).join('/');
}
