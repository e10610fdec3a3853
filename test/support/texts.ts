// The texts of the project that people read: what the programs say, and the prose of its documents.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@babel/parser';

const root = join(__dirname, '..', '..');

export interface Text {
  /** Where it stands: `server/src/cli/check.ts:12`, with lines from 1. */
  readonly at: string;
  readonly text: string;
}

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** What the programs say: the strings of their sources that hold two words or more, with `…` for what is put in. */
export function textsOfSources(): Text[] {
  return ['server/src', 'client', 'scripts'].flatMap(folder => filesIn(folder, '.ts')).flatMap(stringsOf);
}

/** The prose of pages and documents, paragraph by paragraph; files, code and addresses in it are left out. */
export function textsOfDocuments(): Text[] {
  // `docs/rules` and `docs/conversions` are made of the pages beside the code.
  const documents = filesIn('docs', '.md').filter(path => !/^docs\/(rules|conversions)\//.test(path));
  const examples = filesIn('examples', 'README.md').filter(path => path.split('/').length === 3);
  return ['README.md', 'CONTRIBUTING.md', ...documents, ...examples, ...pages()].flatMap(proseOf);
}

/** The pages of rules and conversions, corner cases among them. */
function pages(): string[] {
  return filesIn('server/src/core', '.md');
}

/** The texts of the manifest that the editor shows. */
export function textsOfManifest(): Text[] {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return shownValues(manifest).map(text => ({ at: 'package.json', text: withoutCode(text) }));
}

const SHOWN_KEYS = /^(description|markdownDescription|title|contents|label|.*Descriptions)$/;

function shownValues(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) =>
    SHOWN_KEYS.test(key) ? [inside].flat().filter(it => typeof it === 'string') : shownValues(inside),
  );
}

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder)).flatMap(name => {
    const path = `${folder}/${name}`;
    if (statSync(join(root, path)).isDirectory()) return filesIn(path, ending);
    return path.endsWith(ending) ? [path] : [];
  });
}

function stringsOf(file: string): Text[] {
  const source = readFileSync(join(root, file), 'utf8');
  const found: Text[] = [];
  const visit = (node: Node) => {
    const text = stringOf(node);
    if (text !== undefined && /[a-z]['’]?[a-z]* +[a-z]/i.test(text)) {
      const line = source.slice(0, Number(node.start)).split('\n').length;
      found.push({ at: `${file}:${line}`, text });
    }
    for (const [key, value] of Object.entries(node)) {
      if (/Comments$|^loc$|^errors$/.test(key)) continue;
      for (const inside of [value].flat()) if (isNode(inside)) visit(inside);
    }
  };
  visit(parse(source, { sourceType: 'module', plugins: ['typescript'] }).program as unknown as Node);
  return found;
}

function stringOf(node: Node): string | undefined {
  if (node.type === 'StringLiteral') return String(node.value);
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node.quasis)) return undefined;
  return node.quasis.map(part => (part as { value: { cooked: string } }).value.cooked).join('…');
}

function proseOf(file: string): Text[] {
  const found: Text[] = [];
  let paragraph: Text | undefined;
  let fence: string | undefined;
  const close = () => {
    if (paragraph) found.push({ ...paragraph, text: withoutCode(paragraph.text) });
    paragraph = undefined;
  };
  for (const [index, line] of readFileSync(join(root, file), 'utf8').split('\n').entries()) {
    const [, marks] = /^ *(`{3,})/.exec(line) ?? [];
    if (fence !== undefined) {
      if (marks !== undefined && marks.length >= fence.length) fence = undefined;
      continue;
    }
    const isApart = /^(#|\s*$|[-*>] |\d+\. |\||<|---)/.test(line.trimStart()) || marks !== undefined;
    if (isApart) close();
    fence = marks;
    if (marks !== undefined || !/\w/.test(line)) continue;
    paragraph = {
      at: paragraph?.at ?? `${file}:${index + 1}`,
      text: `${paragraph?.text ?? ''} ${line.trim()}`.trim(),
    };
    if (/^#/.test(line)) close();
  }
  close();
  return found;
}

/** Code, quoted output and addresses are written in other words than ours. */
function withoutCode(text: string): string {
  return text
    .replace(/(`+)[^`]*\1/g, 'CODE')
    .replace(/<https?:[^>]*>|\]\([^)]*\)/g, ']')
    .replace(/<!--.*?-->/g, '');
}
