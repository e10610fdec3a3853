import { posix } from 'node:path';
import { parseFile } from '../core/lint';
import type { SourceFile } from '../core/rule';
import { deepFreeze } from '../core/text/freeze';
import type { Problem } from '../core/text/problem';
import { type Span, span } from '../core/text/span';
import type { DecodedText, NamedEncoding } from './decode-text';
import type { FoundFile } from './files';

/**
 * The model of a file as the tool that it is for reads it. What that tool reads nothing of has no text here either, and
 * nothing else is said of it.
 */
export function parseDecoded(file: FoundFile, { text, encodingProblem }: DecodedText): SourceFile {
  const { language, path } = file;
  if (!encodingProblem) return parseFile(language, path, text);
  if (encodingProblem.kind === 'stray-bytes') {
    const { offset, line } = encodingProblem;
    return parseFile(language, path, text, [strayBytes(file, span(offset, offset + 1), line)]);
  }
  const { encoding } = encodingProblem;
  if (readsUtf16(file, encoding)) return parseFile(language, path, text, [legible(encoding)]);
  return deepFreeze({ ...parseFile(language, path, ''), problems: [illegible(file, encoding)] });
}

/** Stray bytes: BuildKit hands them on, Compose refuses the file even where they are in a comment. */
function strayBytes({ language, path }: FoundFile, at: Span, line: number): Problem {
  const what = `line ${line} has bytes that are not UTF-8`;
  if (language === 'dockerfile') {
    return problem(
      at,
      `${what}: the builder passes them on unchanged, and fixes do not change the file`,
      'info',
    );
  }
  if (language === 'compose') return problem(at, `${what}: Docker Compose refuses the file`);
  if (isToml(path)) return problem(at, `${what}: TOML parsers refuse the file`);
  return problem(at, `${what}: pip may refuse the file, and fixes do not change it`, 'warning');
}

/** Compose's YAML reader and pip's for requirements go by the byte order mark. */
function readsUtf16({ language, path }: FoundFile, encoding: NamedEncoding): boolean {
  if (encoding !== 'UTF-16') return false;
  return language === 'compose' || (language === 'python-manifest' && !isToml(path));
}

function legible(encoding: NamedEncoding): Problem {
  return problem(
    span(0, 1),
    `the file is ${encoding}: many tools cannot read it, and fixes do not change it`,
    'info',
  );
}

const READERS = {
  dockerfile: 'no builder',
  compose: 'Docker Compose',
  'python-manifest': 'no installer',
} as const;

function illegible({ language }: FoundFile, encoding: NamedEncoding): Problem {
  const reader = READERS[language];
  const cannot = reader.startsWith('no ') ? `${reader} can read it` : `${reader} cannot read it`;
  return problem(span(0, 0), `the file is ${encoding}, not UTF-8: ${cannot}`);
}

function problem(at: Span, message: string, atMost?: Problem['atMost']): Problem {
  return { span: at, message, kind: 'encoding', ...(atMost && { atMost }) };
}

function isToml(path: string): boolean {
  return path.endsWith('.toml') || posix.basename(path) === 'Pipfile';
}
