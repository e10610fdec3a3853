import { type Language, languageOf } from '../../server/src/core/project/language';
import type { Conversion, ConversionExample, Example, Rule } from '../../server/src/core/rule';
import type { Artifact } from '../generate';
import type { Definitions } from './catalogs';

/** A page for each rule and conversion, and a page that lists them. */
export function pages({ rules, conversions }: Definitions): Artifact[] {
  return [
    ...rules.map(it => ({ path: `docs/rules/${it.id}.md`, text: rulePage(it.definition) })),
    ...conversions.map(it => ({ path: `docs/conversions/${it.id}.md`, text: conversionPage(it.definition) })),
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

function rulePage({ meta, languages, examples, options }: Rule): string {
  const facts = [
    `**${meta.category}** · ${meta.severity} · ${languages.join(', ')} · since ${meta.since}`,
    meta.fix === 'none' ? 'no automatic fix' : `${meta.fix} fix`,
    ...(meta.aliases?.length
      ? [`also known as ${meta.aliases.map(alias => `\`${alias}\``).join(', ')}`]
      : []),
    ...(meta.defaultOn === false ? ['off by default'] : []),
  ];
  const parts = [
    `# ${meta.id}`,
    `${meta.summary}.`,
    facts.join(' · '),
    '## Why',
    meta.why,
    ...(meta.fixRisk ? ['## What the fix may change', meta.fixRisk] : []),
    ...optionSection(options),
    '## Examples',
    ...examples.flatMap(example => ruleExample(example, languageOfExample(example, languages))),
    '## Silencing it',
    `\`# plimsoll ignore=${meta.id} -- the reason\` above the ${languages.map(it => COMMENTED[it]).join(' or the ')}, or in \`.plimsoll.yaml\`:`,
    fence('yaml', `rules:\n  ${meta.id}: off\n`),
    ...sourceSection(meta.sources),
  ];
  return `${parts.join('\n\n')}\n`;
}

function optionSection(options: Rule['options']): string[] {
  if (!options) return [];
  const rows = Object.entries(options).map(
    ([name, spec]) => `| \`${name}\` | \`${JSON.stringify(spec.default)}\` | ${spec.description} |`,
  );
  return ['## Options', `| option | default | |\n|---|---|---|\n${rows.join('\n')}`];
}

function sourceSection(sources: readonly string[] | undefined): string[] {
  if (!sources?.length) return [];
  return ['## Sources', sources.map(source => `- <${source}>`).join('\n')];
}

/** What a comment that silences a rule stands above. */
const COMMENTED = {
  dockerfile: 'instruction',
  compose: 'service',
  'python-manifest': 'requirement',
} as const;

function languageOfExample({ path }: Example, [first]: Rule['languages']): Language {
  return (path === undefined ? undefined : languageOf(path)) ?? first;
}

function ruleExample(example: Example, of: Language): string[] {
  const language = fenceOf(of, example.path);
  const fixed = example.after === undefined ? [] : ['becomes', fence(language, example.after)];
  return [
    ...(example.title ? [`### ${example.title}`] : []),
    ...fileFences(example.files),
    fence(language, example.before),
    ...fixed,
    ...(example.created ? ['The fix makes', ...fileFences(example.created)] : []),
    ...(example.changed ? ['The fix changes', ...fileFences(example.changed)] : []),
  ];
}

function conversionPage({ meta, language, examples }: Conversion): string {
  const parts = [
    `# ${meta.id}`,
    `**${meta.title}**`,
    `${meta.summary}.`,
    `${language} · ${meta.safety === 'safe' ? 'safe' : 'shown in a preview first'} · since ${meta.since}`,
    '## Why',
    meta.why,
    '## Examples',
    ...examples.flatMap(example => conversionExample(example, fenceOf(language))),
    ...sourceSection(meta.sources),
  ];
  return `${parts.join('\n\n')}\n`;
}

function conversionExample(example: ConversionExample, language: string): string[] {
  return [
    ...(example.title ? [`### ${example.title}`] : []),
    ...fileFences(example.files),
    fence(language, example.before),
    ...(example.declined ? [`is not converted: ${example.declined}.`] : ['becomes']),
    ...fileFences(example.after),
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
  const plain = text.replace(/[«»]/g, '');
  return `\`\`\`${language}\n${plain.endsWith('\n') ? plain : `${plain}\n`}\`\`\``;
}
