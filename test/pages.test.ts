// The page beside the code of a rule or conversion: what its format is, and that it agrees with the code.
import assert from 'node:assert/strict';
import { checkPage } from '../scripts/generate/check-page';
import { readPage, sourcesOf } from '../scripts/generate/page-file';
import { dockerfileRule, type Rule } from '../server/src/core/rule';
import { rules } from '../server/src/core/rules/catalog';
import { pageTexts } from '../server/src/core/rules/pages';

const PAGE = `# some-rule

## What it reports

Something.

## Why it matters

It costs:

\`\`\`yaml
---
## no heading
\`\`\`

## Example

\`\`\`dockerfile
FROM «a»
\`\`\`

\`\`\`fixed
FROM b
\`\`\`

### With a file

As it often is.

\`\`\`\`main.py
# \`\`\`
\`\`\`\`

\`\`\`dockerfile web/Dockerfile
FROM «a»
### no title
\`\`\`

## Sources

- <https://example.org/a>
- <https://example.org/b>

---

### A corner case

\`\`\`yaml
---
services: {}
\`\`\`

### An empty file

\`\`\`dockerfile
\`\`\`
`;

describe('the page of a rule', () => {
  it('has texts, examples and, below the divider, cases', () => {
    const page = readPage('rules', 'some-rule', PAGE);
    assert.deepEqual([...page.sections.keys()], ['What it reports', 'Why it matters', 'Sources']);
    assert.equal(page.sections.get('Why it matters'), 'It costs:\n\n```yaml\n---\n## no heading\n```');
    assert.deepEqual(page.examples, [
      {
        title: undefined,
        prose: '',
        fences: [
          { info: 'dockerfile', text: 'FROM «a»\n' },
          { info: 'fixed', text: 'FROM b\n' },
        ],
      },
      {
        title: 'With a file',
        prose: 'As it often is.',
        fences: [
          { info: 'main.py', text: '# ```\n' },
          { info: 'dockerfile web/Dockerfile', text: 'FROM «a»\n### no title\n' },
        ],
      },
    ]);
    assert.deepEqual(
      page.cases.map(({ title, fences }) => [title, fences.map(fence => fence.text)]),
      [
        ['A corner case', ['---\nservices: {}\n']],
        ['An empty file', ['']],
      ],
    );
    assert.deepEqual(sourcesOf(page), ['https://example.org/a', 'https://example.org/b']);
  });

  it('reads the same with Windows line ends', () => {
    assert.deepEqual(
      readPage('rules', 'some-rule', PAGE.replaceAll('\n', '\r\n')),
      readPage('rules', 'some-rule', PAGE),
    );
  });

  for (const [what, from, to, fault] of [
    ['another id', '# some-rule', '# other-rule', /the first line is not "# some-rule"/],
    ['an unknown heading', '## Sources', '## Links', /"## Links" is none of/],
    ['a heading of conversions', '## Sources', '## What to check', /"## What to check" is none of/],
    ['the wrong order', '## Sources', '## Why it matters', /not in the order/],
    [
      'no reason',
      '## Why it matters',
      '## When to ignore it',
      /not in the order|"## Why it matters" is missing/,
    ],
    ['no example', '## Example', '### Example', /"## Example" is missing/],
    ['a text above the headings', '# some-rule\n', '# some-rule\n\nA rule.\n', /above the first heading/],
    ['a heading without text', 'Something.', '', /nothing under "## What it reports"/],
    ['a heading below the divider', '### A corner case', '## A corner case', /below the divider/],
    ['a fence that no line closes', '````\n\n```dockerfile web', '\n\n```dockerfile web', /is never closed/],
    ['a text that is in no fence below the divider', '### A corner case', 'A corner case', /without a title/],
  ] as const) {
    it(`is refused with ${what}`, () => {
      assert.ok(PAGE.includes(from));
      assert.throws(() => readPage('rules', 'some-rule', PAGE.replace(from, to)), fault);
    });
  }

  it('says what a fix that is not safe may change', () => {
    const page = readPage('rules', 'some-rule', PAGE);
    assert.doesNotThrow(() => checkPage(ruleWith({ fix: 'safe' }), page));
    assert.throws(() => checkPage(ruleWith({ fix: 'unsafe' }), page), /nothing under "## Fix"/);
    const told = PAGE.replace('## Sources', '## Fix\n\nIt may break.\n\n## Sources');
    assert.doesNotThrow(() => checkPage(ruleWith({ fix: 'unsafe' }), readPage('rules', 'some-rule', told)));
  });

  it('lists the options that the code has, with their defaults', () => {
    const options = { megabytes: { default: 100, description: 'From which size on.' } };
    const rule = { ...ruleWith({ fix: 'none' }), options };
    const listing = (row: string) =>
      readPage(
        'rules',
        'some-rule',
        PAGE.replace(
          '## Sources',
          `## Options\n\n| option | default | |\n|---|---|---|\n${row}\n\n## Sources`,
        ),
      );
    const right = '| `megabytes` | `100` | From which size on. |';
    assert.doesNotThrow(() => checkPage(rule, listing(right)));
    assert.throws(() => checkPage(rule, listing(right.replace('100', '50'))), /## Options/);
    assert.throws(() => checkPage(rule, readPage('rules', 'some-rule', PAGE)), /## Options/);
    assert.throws(() => checkPage(ruleWith({ fix: 'none' }), listing(right)), /there is no option/);
  });

  it('has a text for the hover over each finding', () => {
    for (const { meta } of rules) assert.match(pageTexts(meta.id).why, /\w/, meta.id);
    assert.throws(() => pageTexts('some-rule'), /some-rule has no page/);
  });
});

function ruleWith({ fix }: Pick<Rule['meta'], 'fix'>): Rule {
  return dockerfileRule({
    meta: { id: 'some-rule', category: 'style', severity: 'info', since: '0', summary: 'a rule', fix },
    check: () => [],
  });
}
