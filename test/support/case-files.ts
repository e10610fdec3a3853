import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Language } from '../../server/src/core/project/language';
import type { OptionValue, Rule } from '../../server/src/core/rule';
import type { Span } from '../../server/src/core/text/span';
import type { CaseImage } from './facts';
import { readMarks } from './marks';

/** One case of a rule: from its own examples, or from `test/cases/RULE.md`. */
export interface Case {
  readonly title: string;
  readonly path: string;
  readonly text: string;
  readonly marks: readonly Span[];
  /** The file after the fixes; undefined where the case says nothing of it. */
  readonly fixed: string | undefined;
  /** Other files that are there. */
  readonly files: Readonly<Record<string, string>>;
  /** Files that the fixes make. */
  readonly created: Readonly<Record<string, string>>;
  /** Files beside that the fixes change, with their new texts. */
  readonly changed: Readonly<Record<string, string>>;
  readonly images: readonly CaseImage[];
  readonly options: Readonly<Record<string, OptionValue>>;
}

const NAMES = {
  dockerfile: 'Dockerfile',
  compose: 'compose.yaml',
  'python-manifest': 'requirements.txt',
} as const;
/** What the fence of the checked file may be called. */
const FENCES: Readonly<Record<string, Language>> = {
  dockerfile: 'dockerfile',
  yaml: 'compose',
  text: 'python-manifest',
  toml: 'python-manifest',
};

export function exampleCases(rule: Rule): Case[] {
  return rule.examples.map((example, index) => ({
    title: example.title ?? `example ${index + 1}`,
    path: example.path ?? NAMES[rule.languages[0]],
    ...readMarks(example.before),
    fixed: example.after,
    files: example.files ?? {},
    created: example.created ?? {},
    changed: example.changed ?? {},
    images: [],
    options: {},
  }));
}

/** A fenced block of a case file: what stands behind the backquotes, and what is inside. */
export interface Fence {
  readonly info: string;
  readonly text: string;
}

/**
 * The cases of a Markdown file. A `##` heading is a case's title. Its fences, by what stands behind the backquotes:
 * `dockerfile`, `yaml`, `text` or `toml` (a path may follow) is the file with «marks»; `fixed` is the file after the fixes;
 * `created PATH` a file that the fixes make; `changed PATH` a file beside as they leave it; `images` JSON of what the engine holds; `options` JSON of the rule's
 * options; any other word the path of a file beside.
 */
export function fileCases(folder: string, rule: Rule): Case[] {
  const file = readdirSync(folder).find(name => basename(name, '.md') === rule.meta.id);
  if (!file) return [];
  return sections(readFileSync(join(folder, file), 'utf8')).map(({ title, fences }) =>
    readCase(title, fences, rule),
  );
}

/** The `##` sections of a case file. */
export function sections(markdown: string): { title: string; fences: Fence[] }[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map(section => ({
      title: section.slice(0, section.indexOf('\n')).trim(),
      fences: [...section.matchAll(/^(`{3,})([^`\n]*)\n([\s\S]*?)^\1$/gm)].map(match => ({
        info: (match[2] ?? '').trim(),
        text: match[3] ?? '',
      })),
    }));
}

function readCase(title: string, fences: readonly Fence[], rule: Rule): Case {
  const parts = fences.map(({ info, text }) => {
    const [word = '', path = ''] = info.split(/\s+/);
    return { word, path, text };
  });
  const language = (word: string) => rule.languages.find(it => it === FENCES[word]);
  const source = parts.find(({ word }) => language(word) !== undefined);
  if (!source)
    throw new Error(`${rule.meta.id}: the case "${title}" has no fence of ${rule.languages.join(' or ')}`);
  const rest = parts.filter(part => part !== source);
  const textOf = (name: string) => rest.find(({ word }) => word === name)?.text;
  const byPath = (name: string) =>
    Object.fromEntries(rest.filter(({ word }) => word === name).map(({ path, text }) => [path, text]));
  const beside = rest.filter(({ word }) => !RESERVED.includes(word));
  return {
    title,
    path: source.path || NAMES[language(source.word) ?? rule.languages[0]],
    ...readMarks(source.text),
    fixed: textOf('fixed'),
    files: Object.fromEntries(beside.map(({ word, text }) => [word, SIZED.test(text) ? text.trim() : text])),
    created: byPath('created'),
    changed: byPath('changed'),
    images: JSON.parse(textOf('images') ?? '[]'),
    options: JSON.parse(textOf('options') ?? '{}'),
  };
}

/** Words that say what a fence is; any other is the path of a file. */
const RESERVED: readonly string[] = ['fixed', 'created', 'changed', 'images', 'options'];
const SIZED = /^@[\d.]+(kB|MB|GB)\s*$/;
