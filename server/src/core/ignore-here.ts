import type { Entry, Node } from './compose/model';
import type { SourceFile } from './rule';
import { type Edit, insert } from './text/edit';
import { linesOf } from './text/lines';
import { contains, type Span, span } from './text/span';

/** The comment that silences one rule at one finding, on a line of its own above the instruction or key. */
export function ignoreHere(file: SourceFile, at: Span, ruleId: string): Edit {
  const lines = linesOf(file.text);
  const anchor = anchorOf(file, at);
  const line = lines.startOf(lines.lineOf(anchor));
  return insert(line, `${lines.indentAt(anchor)}# plimsoll ignore=${ruleId}${lines.eol}`);
}

/** Where the commented thing begins: never inside an instruction or a block scalar, where `#` is no comment. */
function anchorOf(file: SourceFile, at: Span): number {
  if (file.language === 'dockerfile') {
    return file.instructions.find(it => contains(it.span, span(at.start, at.start)))?.span.start ?? at.start;
  }
  if (file.language === 'python-manifest') {
    return file.requirements.find(it => contains(it.span, span(at.start, at.start)))?.span.start ?? at.start;
  }
  return file.root ? innermostKey(file.root, at.start) : at.start;
}

function innermostKey(root: Node, offset: number): number {
  let found = offset;
  let node: Node | undefined = root;
  while (node?.kind === 'mapping') {
    const entry: Entry | undefined = node.entries.find(
      it => !it.merged && contains(it.span, span(offset, offset)),
    );
    if (!entry) break;
    found = entry.span.start;
    // An alias's value stands elsewhere, and a flow mapping has no lines of its own.
    node = entry.aliased || (entry.value?.kind === 'mapping' && entry.value.flow) ? undefined : entry.value;
  }
  return found;
}
