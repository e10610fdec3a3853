import type { Entry, Mapping, Node } from './compose/model';
import type { SourceFile } from './rule';
import { type Edit, insert } from './text/edit';
import { itemAt } from './text/in-order';
import { linesOf } from './text/lines';
import { oncePer } from './text/once-per';
import { contains, type Span, span } from './text/span';

/**
 * The comment that silences one rule at one finding, on a line of its own above the instruction or key; on the first
 * line where the finding is of the whole file.
 */
export function ignoreHere(file: SourceFile, at: Span, ruleId: string): Edit {
  const lines = linesOf(file.text);
  if (contains(at, span(0, file.text.length)))
    return insert(0, `# plimsoll ignore-file=${ruleId}${lines.eol}`);
  const anchor = anchorOf(file, at);
  const line = lines.startOf(lines.lineOf(anchor));
  return insert(line, `${lines.indentAt(anchor)}# plimsoll ignore=${ruleId}${lines.eol}`);
}

/** Where the commented thing begins: never inside an instruction or a block scalar, where `#` is no comment. */
function anchorOf(file: SourceFile, at: Span): number {
  if (file.language === 'dockerfile') {
    return itemAt(file.instructions, at.start)?.span.start ?? at.start;
  }
  if (file.language === 'python-manifest') {
    return itemAt(file.requirements, at.start)?.span.start ?? at.start;
  }
  return file.root ? innermostKey(file.root, at.start) : at.start;
}

const ownEntries = oncePer((mapping: Mapping) => mapping.entries.filter(it => !it.merged));

function innermostKey(root: Node, offset: number): number {
  let found = offset;
  let node: Node | undefined = root;
  while (node?.kind === 'mapping') {
    const entry: Entry | undefined = itemAt(ownEntries(node), offset);
    if (!entry) break;
    found = entry.span.start;
    // An alias's value stands elsewhere, and a flow mapping has no lines of its own.
    node = entry.aliased || (entry.value?.kind === 'mapping' && entry.value.flow) ? undefined : entry.value;
  }
  return found;
}
