import { MOST_REQUIREMENTS, MOST_REQUIREMENTS_LENGTH } from '../limits';
import { beyond } from '../text/beyond';
import { deepFreeze } from '../text/freeze';
import { headComments } from '../text/head-comments';
import { linesOf } from '../text/lines';
import { LAST_PARSED, RecentFiles } from '../text/once-per';
import { limitProblem, type Problem, syntaxProblem } from '../text/problem';
import { type Span, span, textAt } from '../text/span';
import type { ManifestComment, PackageIndex, PythonManifest, PythonRequirement } from './model';
import { readPipfile, readPyproject } from './pyproject';
import {
  type FileReference,
  normalizedName,
  parseRequirements,
  type RequirementEntry,
  type RequirementOption,
} from './requirements';

/** Reads a manifest by its name: `pyproject.toml`, `Pipfile`, or else a requirements file. */
export function parsePythonManifest(path: string, text: string): PythonManifest {
  const before = lastParsed.of(path);
  if (before?.text === text) return before;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return lastParsed.set(path, deepFreeze({ language: 'python-manifest', path, text, ...read(name, text) }));
}

const lastParsed = new RecentFiles<PythonManifest>(LAST_PARSED);

type Contents = Omit<PythonManifest, 'language' | 'path' | 'text'>;

function read(name: string, text: string): Contents {
  if (name.endsWith('.toml')) return { format: 'pyproject', ...readPyproject(text) };
  if (name === 'Pipfile') return { format: 'pipfile', ...readPipfile(text) };
  return readRequirementsFile(text);
}

function readRequirementsFile(text: string): Contents {
  const limit = requirementsLimit(text);
  if (limit !== undefined) return unread(text, limit);
  const entries = parseRequirements(text);
  const options = entries.filter((it): it is RequirementOption => it.kind === 'option');
  return {
    format: 'requirements',
    requirements: entries.flatMap(entry => requirementOf(entry) ?? []),
    unnamed: entries.filter(isUnnamed).map(it => it.span),
    includes: entries.filter(isFileReference),
    options,
    indexes: options.flatMap(option => indexOf(option) ?? []),
    comments: commentsOf(text),
    problems: entries.filter(it => it.kind === 'unreadable').map(it => unreadableLine(it.span, text)),
  };
}

/** Which limit a list is beyond, as the message of a finding. */
function requirementsLimit(text: string): string | undefined {
  if (text.length > MOST_REQUIREMENTS_LENGTH)
    return beyond('the file', text.length, MOST_REQUIREMENTS_LENGTH, 'characters');
  const { count } = linesOf(text);
  return count > MOST_REQUIREMENTS ? beyond('the file', count, MOST_REQUIREMENTS, 'lines') : undefined;
}

function unread(text: string, limit: string): Contents {
  return {
    format: 'requirements',
    requirements: [],
    unnamed: [],
    includes: [],
    options: [],
    indexes: [],
    comments: headComments(text),
    problems: [limitProblem(span(0, text.length), limit)],
  };
}

/** What every pip refuses behind a name: another word, or a `=` that is no comparison. */
const REFUSED = /^[A-Za-z0-9][\w.-]*(?:\[[^\]\s]*\])?\s*(?:=[<>]|=[^=~]|(?<=\s)[A-Za-z0-9])/;

/** pip has read some odd lines in one version and refused them in another: of those, only that they are not read here. */
function unreadableLine(at: Span, text: string): Problem {
  const line = textAt(text, at);
  if (REFUSED.test(line) && !line.endsWith('\\')) return syntaxProblem(at, 'pip cannot read this line');
  return { ...limitProblem(at, 'this line is not checked: pip may refuse it'), atMost: 'info' };
}

function isUnnamed(entry: RequirementEntry): boolean {
  return entry.kind === 'editable' || (entry.kind === 'direct' && entry.name === undefined);
}

function isFileReference(entry: RequirementEntry): entry is FileReference {
  return entry.kind === 'include' || entry.kind === 'constraint';
}

function requirementOf(entry: RequirementEntry): PythonRequirement | undefined {
  if (entry.kind === 'named') {
    const { kind: _, ...rest } = entry;
    return {
      // Not behind the spread: frozen, each would have a shape of its own.
      normalized: normalizedName(entry.name),
      ...rest,
      group: 'main',
      from: 'index',
      index: undefined,
    };
  }
  if (entry.kind !== 'direct' || entry.name === undefined) return undefined;
  return {
    name: entry.name,
    normalized: normalizedName(entry.name),
    span: entry.span,
    nameSpan: entry.span,
    extras: [],
    specifier: '',
    marker: undefined,
    hashes: entry.hashes,
    group: 'main',
    from: entry.source,
    index: undefined,
  };
}

function indexOf({ name, value, span: at }: RequirementOption): PackageIndex | undefined {
  if (value === undefined || (name !== '--index-url' && name !== '--extra-index-url')) return undefined;
  return { span: at, name: undefined, url: value, role: name === '--index-url' ? 'default' : 'extra' };
}

function commentsOf(text: string): ManifestComment[] {
  return [...text.matchAll(/(?<=^|[^\S\r\n])#[^\r\n]*/gm)].map(match => ({
    span: span(match.index, match.index + match[0].length),
    text: match[0].slice(1).trim(),
  }));
}
