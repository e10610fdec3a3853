import type { PythonManifest, PythonRequirement } from '../../../manifests/model';
import { type Edit, remove, replace } from '../../../text/edit';
import { linesOf } from '../../../text/lines';
import { contains, type Span, span } from '../../../text/span';

/**
 * Takes a requirement out of its manifest with the lines that hold nothing else. A comment on them stays, on a line of
 * its own. Undefined where the entry shares its place with what cannot be told apart from it.
 */
export function removeRequirement(
  manifest: PythonManifest,
  requirement: PythonRequirement,
): Edit | undefined {
  switch (manifest.format) {
    case 'requirements':
      return removeLines(manifest, requirement.span, '');
    case 'pyproject':
      return removeItem(manifest, requirement.span);
    default:
      return undefined;
  }
}

/** @param behind what may stand between the entry and the end of its line */
function removeLines(manifest: PythonManifest, at: Span, behind: string): Edit | undefined {
  const { text } = manifest;
  const lines = linesOf(text);
  const whole = lines.wholeLines(at);
  const before = text.slice(whole.start, at.start).replace(/^\uFEFF/, '');
  const after = text.slice(at.end, whole.end).trim();
  const comments = manifest.comments.filter(comment => contains(whole, comment.span));
  const said = comments.map(comment => text.slice(comment.span.start, comment.span.end).trimEnd());
  const rest = said.length > 0 ? after.replace(/#.*$/s, '').trimEnd() : after;
  if (before.trim() !== '' || (rest !== '' && rest !== behind)) return undefined;
  const start = whole.start + (text.startsWith('\uFEFF') && whole.start === 0 ? 1 : 0);
  if (said.length > 0)
    return replace(span(start, whole.end), said.map(it => before + it + lines.eol).join(''));
  const isLast = whole.end === text.length && !text.endsWith('\n');
  return remove(
    isLast && start > 0 ? span(lines.contentEnd(lines.lineOf(start) - 1), whole.end) : span(start, whole.end),
  );
}

/** A string of a list: on lines of its own, or among others with a comma. */
function removeItem(manifest: PythonManifest, inside: Span): Edit | undefined {
  const { text } = manifest;
  const quote = text.charAt(inside.end);
  if (!/["']/.test(quote) || text.charAt(inside.start - 1) !== quote) return undefined;
  const item = span(inside.start - 1, inside.end + 1);
  const line = removeLines(manifest, item, ',');
  if (line) return line;
  const comma = /^[ \t]*,[ \t]*/.exec(text.slice(item.end));
  if (comma) return remove(span(item.start, item.end + comma[0].length));
  const commaBefore = /,[ \t]*$/.exec(text.slice(0, item.start));
  return remove(span(item.start - (commaBefore?.[0].length ?? 0), item.end));
}
