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
    summary: 'The top-level `version` has no meaning any more',
    why: `Compose reads every file by the current Compose specification, whatever \`version\` says, and warns at each
command that the key is obsolete. It misleads: \`version: "3.9"\` looks as if it decided which keys may be used, and
people keep away from ones that work, or copy advice for a format that is gone.

Only the Compose of 2014 to 2023 (\`docker-compose\`, with the hyphen, written in Python) read it; that program gets no
updates.`,
    sources: [
      'https://docs.docker.com/reference/compose-file/version-and-name/#version-top-level-element-obsolete',
    ],
  },
  examples: [
    {
      title: 'The first line of many a file',
      before: `«version: "3.9"»

services:
  tentaculo-link:
    image: vx11-tentaculo-link:v6.7
`,
      after: `services:
  tentaculo-link:
    image: vx11-tentaculo-link:v6.7
`,
    },
    {
      title: 'Comments stay',
      before: `# the shop
«version: '3'» # since 2019
services:
  web:
    image: nginx:1.29
`,
      after: `# the shop
# since 2019
services:
  web:
    image: nginx:1.29
`,
    },
    {
      title: 'A service, a label or a build argument may be called version',
      before: `services:
  version:
    image: registry.example.com/version:1
    labels:
      version: "3"
`,
    },
  ],
  *check(file) {
    const version = file.root?.entries.find(entry => entry.key.text === 'version');
    if (!version || version.merged || version.value?.kind !== 'scalar') return;
    const edits = removal(file, version);
    yield {
      at: version.span,
      message: 'Compose ignores version and warns of it at every command',
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
