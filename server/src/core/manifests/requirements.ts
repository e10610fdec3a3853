import { withoutComment, withoutTrailing } from '../text/ends';
import { type Excerpt, ExcerptBuilder, sourceSpan, subExcerpt } from '../text/excerpt';
import { type Span, span } from '../text/span';

/** One entry of a requirements file, as pip reads it. Spans are offsets of the file. */
export type RequirementEntry =
  | NamedRequirement
  | DirectRequirement
  | EditableRequirement
  | FileReference
  | RequirementOption
  | UnreadableRequirement;

/** `uvicorn[standard]>=0.30 ; python_version >= "3.9" --hash=sha256:…` */
export interface NamedRequirement {
  readonly kind: 'named';
  readonly span: Span;
  /** As written; compare names with `normalizedName`. */
  readonly name: string;
  readonly nameSpan: Span;
  readonly extras: readonly string[];
  /** `==1.2`, `>=1,<2`; empty where any version will do. */
  readonly specifier: string;
  /** The condition behind `;`. */
  readonly marker: string | undefined;
  /** `sha256:…` */
  readonly hashes: readonly string[];
}

/** What is installed from an address or from the disk: `name @ https://…`, `git+https://…#egg=name`, `./lib`. */
export interface DirectRequirement {
  readonly kind: 'direct';
  readonly span: Span;
  readonly source: 'vcs' | 'url' | 'local';
  /** The address or path. */
  readonly target: string;
  readonly name: string | undefined;
  readonly hashes: readonly string[];
}

/** `-e ./lib`, `--editable git+https://…` */
export interface EditableRequirement {
  readonly kind: 'editable';
  readonly span: Span;
  readonly target: string;
}

/** `-r other.txt`, `-c constraints.txt`: the path is relative to the file that it is in. */
export interface FileReference {
  readonly kind: 'include' | 'constraint';
  readonly span: Span;
  readonly path: string;
  readonly pathSpan: Span;
}

/** An option of the whole file: `--index-url`, `--no-binary`, `--require-hashes`. */
export interface RequirementOption {
  readonly kind: 'option';
  readonly span: Span;
  /** With its dashes, in the long form where both exist. */
  readonly name: string;
  readonly value: string | undefined;
}

export interface UnreadableRequirement {
  readonly kind: 'unreadable';
  readonly span: Span;
}

/**
 * Reads a requirements file. Never fails: a line that pip would refuse is `unreadable`.
 * Source: https://pip.pypa.io/en/stable/reference/requirements-file-format/
 */
export function parseRequirements(text: string): RequirementEntry[] {
  return logicalLines(text).flatMap(line => readLine(line));
}

/** A package's name as indexes compare it: `Flask_SQLAlchemy` is `flask-sqlalchemy`. */
export function normalizedName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** What an operand of `pip install` is: a name, an address or a path. */
export function readRequirement(text: string): RequirementEntry {
  const [entry] = readLine({ text, origins: { from: 0 } });
  return entry ?? { kind: 'unreadable', span: span(0, text.length) };
}

/** Lines with continuations joined and comments removed; blank ones are left out. */
function logicalLines(text: string): Excerpt[] {
  const lines: Excerpt[] = [];
  let builder = new ExcerptBuilder();
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const lineBreak = text.indexOf('\n', at);
    const next = lineBreak === -1 ? text.length : lineBreak + 1;
    const content = text.slice(at, next).replace(/\r?\n$/, '');
    const kept = withoutComment(content);
    const goesOn = kept === content && /\\$/.test(content);
    builder.take(goesOn ? content.slice(0, -1) : kept, at);
    if (!goesOn || next === text.length) {
      lines.push(builder.finish(at + kept.length));
      builder = new ExcerptBuilder();
    }
    at = next;
  }
  return lines.map(trimmed).filter(line => line.text !== '');
}

function trimmed(line: Excerpt): Excerpt {
  const start = line.text.length - line.text.trimStart().length;
  return subExcerpt(line, span(start, Math.max(start, line.text.trimEnd().length)));
}

function readLine(line: Excerpt): RequirementEntry[] {
  const at = wholeSpan(line);
  if (line.text.startsWith('-')) return readOptions(line);
  const { body, options } = splitOptions(line.text);
  const hashes = [...options.matchAll(/--hash[=\s]+(\S+)/g)].map(match => match[1] ?? '');
  const direct = readDirect(body);
  if (direct) return [{ kind: 'direct', span: at, ...direct, hashes }];
  const name = withoutTrailing(/^[A-Za-z0-9][\w.-]*/.exec(body)?.[0] ?? '', '._-');
  const { extras, versions, marker } = partsBehindName(body.slice(name.length));
  const specifier = versions.replace(/^\((.*)\)$/, '$1').replace(/\s+/g, '');
  if (name === '' || !SPECIFIER.test(specifier)) return [{ kind: 'unreadable', span: at }];
  return [
    {
      kind: 'named',
      span: at,
      name,
      nameSpan: sourceSpan(line, span(0, name.length)),
      extras: extras
        .split(',')
        .map(extra => extra.trim())
        .filter(extra => extra !== ''),
      specifier,
      marker: marker || undefined,
      hashes,
    },
  ];
}

/** `[extras] versions; marker`, white space around each removed. */
function partsBehindName(text: string): Record<'extras' | 'versions' | 'marker', string> {
  const rest = text.trimStart();
  const close = rest.startsWith('[') ? rest.indexOf(']') : -1;
  const behind = rest.slice(close + 1);
  const semicolon = behind.indexOf(';');
  const versions = semicolon === -1 ? behind : behind.slice(0, semicolon);
  return {
    extras: rest.slice(1, Math.max(close, 1)),
    versions: versions.trim(),
    marker: behind.slice(versions.length + 1).trim(),
  };
}

const SPECIFIER = /^(?:(?:[=~!]=|[<>])[^,\s]+(?:,|$))*$/;

function wholeSpan(line: Excerpt): Span {
  return sourceSpan(line, span(0, line.text.length));
}

/** Options of one requirement (`--hash`, `--config-settings`) are behind it. */
function splitOptions(text: string): { body: string; options: string } {
  const start = text.search(/\s--?[a-zA-Z]/);
  return start === -1
    ? { body: text, options: '' }
    : { body: text.slice(0, start).trim(), options: text.slice(start) };
}

function readDirect(body: string): Pick<DirectRequirement, 'source' | 'target' | 'name'> | undefined {
  const named = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\]\s*)?@\s*(\S+)/.exec(body);
  const target = named?.[2] ?? (body.split(';', 1)[0] ?? '').trimEnd();
  const source = sourceOf(target);
  if (!source) return undefined;
  const egg = /[#&]egg=([\w.-]+)/.exec(target)?.[1];
  return { source, target, name: named?.[1] ?? egg };
}

function sourceOf(target: string): DirectRequirement['source'] | undefined {
  if (/^(git|hg|svn|bzr)(\+|:\/\/)/.test(target)) return 'vcs';
  if (/^file:/i.test(target)) return 'local';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(target)) return 'url';
  const isPath = /^([./~\\]|[A-Za-z]:\\)/.test(target) || /^[^\s;[<>=!~]*[/\\]/.test(target);
  return isPath || isArchive(target) ? 'local' : undefined;
}

/** Extras may be behind the file's name. */
function isArchive(target: string): boolean {
  if (/^\S+\.(whl|zip|tar\.gz|tar\.bz2|tgz)$/.test(target)) return true;
  return target.endsWith(']') && /^\S+\.(whl|zip|tar\.gz|tar\.bz2|tgz)\[/.test(target);
}

const LONG_NAMES: Readonly<Record<string, string>> = {
  '-r': '--requirement',
  '-c': '--constraint',
  '-e': '--editable',
  '-i': '--index-url',
  '-f': '--find-links',
};

/** `-r a.txt`, `--requirement=a.txt`, `-ra.txt`; several options may be on one line. */
function readOptions(line: Excerpt): RequirementEntry[] {
  const entries: RequirementEntry[] = [];
  const OPTION = /(--[a-z][a-z-]*|-[a-zA-Z])(?:(\s*=\s*|\s+|)("[^"]*"|'[^']*'|[^\s"'=-]\S*))?/g;
  for (const match of line.text.matchAll(OPTION)) {
    const written = match[1] ?? '';
    const name = LONG_NAMES[written] ?? written;
    const value = match[3]?.replace(/^(["'])(.*)\1$/, '$2');
    const end = match.index + match[0].length;
    const valueSpan = sourceSpan(line, span(end - (match[3]?.length ?? 0), end));
    entries.push(optionEntry(name, value, sourceSpan(line, span(match.index, end)), valueSpan));
  }
  return entries.length > 0 ? entries : [{ kind: 'unreadable', span: wholeSpan(line) }];
}

function optionEntry(name: string, value: string | undefined, at: Span, valueSpan: Span): RequirementEntry {
  if (value === undefined) return { kind: 'option', span: at, name, value };
  switch (name) {
    case '--requirement':
      return { kind: 'include', span: at, path: value, pathSpan: valueSpan };
    case '--constraint':
      return { kind: 'constraint', span: at, path: value, pathSpan: valueSpan };
    case '--editable':
      return { kind: 'editable', span: at, target: value };
    default:
      return { kind: 'option', span: at, name, value };
  }
}
