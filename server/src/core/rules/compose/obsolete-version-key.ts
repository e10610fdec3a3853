import { removeEntry } from '../../compose/edit';
import type { Compose, Entry } from '../../compose/model';
import { composeRule } from '../../rule';
import type { Edit } from '../../text/edit';

export const obsoleteVersionKey = composeRule({
  meta: {
    id: 'obsolete-version-key',
    category: 'style',
    severity: 'info',
    since: '0.1.0',
    aliases: ['no-version-field'],
    fix: 'safe',
    summary: 'The top-level `version` is obsolete',
  },
  *check(file) {
    const version = file.root?.entries.find(entry => entry.key.text === 'version');
    if (!version || version.merged || version.value?.kind !== 'scalar') return;
    const edits = removal(file, version);
    yield {
      at: version.span,
      message: 'Compose ignores version and warns about it on every command',
      ...(edits && { fixes: () => [{ title: 'Remove version', safety: 'safe', edits }] }),
    };
  },
});

/** Takes an empty line with it where the file, or what follows a comment or another, would begin with it. */
function removal(file: Compose, version: Entry): readonly Edit[] | undefined {
  const edits = file.root && removeEntry(file, file.root, version);
  const [edit] = edits ?? [];
  if (edit?.newText !== '') return edits;
  const before = file.text.slice(0, edit.span.start).replace(/^\uFEFF/, '');
  const blank = /^[ \t]*\r?\n/.exec(file.text.slice(edit.span.end));
  const wouldLead = before === '' || /\n[ \t]*\r?\n$/.test(before);
  if (!blank || !wouldLead) return edits;
  return [{ span: { start: edit.span.start, end: edit.span.end + blank[0].length }, newText: '' }];
}
