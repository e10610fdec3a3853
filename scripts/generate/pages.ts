import { type Language, languageOf } from '../../server/src/core/project/language';
import type { Conversion, Rule } from '../../server/src/core/rule';
import { type Case, examplesOf } from '../../test/support/case-files';
import { type ConversionCase, conversionExamples } from '../../test/support/conversion-cases';
import type { Artifact } from '../generate';
import type { Defined, Definitions } from './catalogs';
import { checkPage } from './check-page';
import type { PageFile } from './page-file';

/** A page for each rule and conversion, and a page that lists them. */
export function pages({ rules, conversions }: Definitions): Artifact[] {
  return [
    ...rules.map(it => ({ path: `docs/rules/${it.id}.md`, text: rulePage(it) })),
    ...conversions.map(it => ({ path: `docs/conversions/${it.id}.md`, text: conversionPage(it) })),
    {
      path: 'docs/rules/README.md',
      text: `# Rules\n\n${ruleTable(
        rules.map(it => it.definition),
        '',
      )}`,
    },
    {
      path: 'docs/conversions/README.md',
      text: `# Conversions\n\n${conversionTable(
        conversions.map(it => it.definition),
        '',
      )}`,
    },
  ];
}

const FIXES = { none: '–', safe: 'safe', unsafe: 'with preview' } as const;

/** @param folder where the pages are, seen from the page with the table: `docs/rules/` or nothing */
export function ruleTable(rules: readonly Rule[], folder: string): string {
  const rows = rules.map(({ meta, languages }) => {
    const aliases = (meta.aliases ?? []).join(', ');
    const cells = [
      `[${meta.id}](${folder}${meta.id}.md)`,
      languages.join(', '),
      meta.category,
      meta.severity,
      FIXES[meta.fix],
    ];
    return `| ${[...cells, meta.summary, aliases].join(' | ')} |`;
  });
  return `| rule | file | category | severity | fix | reports | also known as |\n|---|---|---|---|---|---|---|\n${rows.join('\n')}\n`;
}

export function conversionTable(conversions: readonly Conversion[], folder: string): string {
  const rows = conversions.map(
    ({ meta, language }) => `| [${meta.id}](${folder}${meta.id}.md) | ${language} | ${meta.summary} |`,
  );
  return `| conversion | file | does |\n|---|---|---|\n${rows.join('\n')}\n`;
}

function rulePage({ definition, page }: Defined<Rule>): string {
  const { meta, languages } = definition;
  const facts = [
    `**${meta.category}** · ${meta.severity} · ${languages.join(', ')} · since ${meta.since}`,
    meta.fix === 'none' ? 'no automatic fix' : `${meta.fix} fix`,
    ...(meta.aliases?.length
      ? [`also known as ${meta.aliases.map(alias => `\`${alias}\``).join(', ')}`]
      : []),
    ...(meta.defaultOn === false ? ['off by default'] : []),
  ];
  const text = (heading: string) => page.sections.get(heading) ?? [];
  checkPage(definition, page);
  const parts = [
    `# ${meta.id}`,
    facts.join(' · '),
    '## What it reports',
    `${meta.summary}.`,
    text('What it reports'),
    '## Why it matters',
    text('Why it matters'),
    '## Example',
    examplesOf(definition).map(ruleExample),
    '## Fix',
    SAFETY[meta.fix],
    text('Fix'),
    '## When to ignore it',
    text('When to ignore it'),
    `Write \`# plimsoll ignore=${meta.id} -- the reason\` above the ${languages.map(it => COMMENTED[it]).join(' or the ')}, or switch the rule off in \`.plimsoll.yaml\`:`,
    fence('yaml', `rules:\n  ${meta.id}: off\n`),
    ...headed('Options', page),
    ...headed('Sources', page),
  ];
  return `${parts.flat(3).join('\n\n')}\n`;
}

const SAFETY: Readonly<Record<Rule['meta']['fix'], string>> = {
  none: 'There is no automatic fix.',
  safe: 'Safe: the built image behaves the same.',
  unsafe: 'Opens a preview, because it needs a review.',
};

function headed(heading: string, { sections }: PageFile): string[] {
  const text = sections.get(heading);
  return text === undefined ? [] : [`## ${heading}`, text];
}

/** What a comment that silences a rule is above. */
const COMMENTED = {
  dockerfile: 'instruction',
  compose: 'service',
  'python-manifest': 'requirement',
} as const;

function ruleExample(example: Case): (string | string[])[] {
  const language = fenceOf(languageOf(example.path) ?? 'dockerfile', example.path);
  const becomes = example.fixed === undefined ? [] : ['becomes', fence(language, example.fixed)];
  return [
    ...opening(example),
    fileFences(example.files),
    fence(language, example.text),
    ...becomes,
    ...following('The fix creates', example.created),
    ...following('The fix changes', example.changed),
  ];
}

function opening({ heading, prose }: { heading: string | undefined; prose: string }): string[] {
  return [...(heading === undefined ? [] : [`### ${heading}`]), ...(prose === '' ? [] : [prose])];
}

function following(sentence: string, files: Readonly<Record<string, string>>): string[] {
  return Object.keys(files).length > 0 ? [sentence, ...fileFences(files)] : [];
}

function conversionPage({ definition, page }: Defined<Conversion>): string {
  const { meta, language } = definition;
  const parts = [
    `# ${meta.id}`,
    `**${meta.title}**`,
    `${language} · ${meta.safety === 'safe' ? 'safe' : 'shown in a preview first'} · since ${meta.since}`,
    '## What it does',
    `${meta.summary}.`,
    page.sections.get('What it does') ?? [],
    ...headed('Why it matters', page),
    '## Example',
    conversionExamples(definition).map(example => conversionExample(example, fenceOf(language))),
    ...headed('What to check', page),
    ...headed('Sources', page),
  ];
  return `${parts.flat(3).join('\n\n')}\n`;
}

function conversionExample(example: ConversionCase, language: string): (string | string[])[] {
  return [
    ...opening(example),
    fileFences(example.files),
    fence(language, example.text),
    ...(example.declined ? [`is not converted: ${example.declined}.`] : ['becomes']),
    fileFences(example.after),
  ];
}

function fileFences(files: Readonly<Record<string, string>> | undefined): string[] {
  return Object.entries(files ?? {}).flatMap(([path, text]) => {
    const size = /^@([\d.]+)(\w+)$/.exec(text);
    return size ? [`\`${path}\` (${size[1]} ${size[2]})`] : [`\`${path}\`:`, fence('', text)];
  });
}

function fenceOf(language: Language, path = ''): string {
  if (language === 'compose') return 'yaml';
  if (language === 'dockerfile') return 'dockerfile';
  return /\.(txt|in)$/.test(path) ? 'text' : 'toml';
}

/** A fence that is longer than any in the text. */
function fence(language: string, text: string): string {
  const runs = [...text.matchAll(/^`{3,}/gm)].map(([run]) => run.length);
  const quotes = '`'.repeat(Math.max(3, ...runs.map(length => length + 1)));
  return `${quotes}${language}\n${text.endsWith('\n') ? text : `${text}\n`}${quotes}`;
}
