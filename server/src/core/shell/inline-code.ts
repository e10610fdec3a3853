import type { Word } from '../text/word';
import type { Command } from './command';

/** Code that an interpreter is handed on its command line. */
export interface InlineCode {
  readonly language: 'python' | 'node';
  /** The interpreter as it is called: `python3`, `/opt/venv/bin/python`. */
  readonly interpreter: string;
  readonly code: Word;
  /** The modules that it loads, by the name of the package at their top: `urllib`, `requests`, `@grpc/grpc-js`. */
  readonly modules: readonly string[];
}

/** Reads `python -c "…"` and `node -e "…"`; undefined for anything else. */
export function inlineCode({ name, words }: Command): InlineCode | undefined {
  const language = languageOf(name);
  const [program, ...args] = words;
  const operand = args.findIndex(word => !word.text.startsWith('-'));
  // Behind a script, `-c` is the script's own option.
  const flag = args[operand - 1]?.text ?? '';
  const code = args[operand];
  const interpreter = program?.text;
  if (!language || !code || interpreter === undefined || !FLAGS[language].test(flag)) return undefined;
  const modules = language === 'python' ? pythonModules(code.text) : nodeModules(code.text);
  return { language, interpreter, code, modules: [...new Set(modules)] };
}

const FLAGS = { python: /^-[a-zA-Z]*c$/, node: /^(-p?e|--eval|-p|--print)$/ } as const;

function languageOf(name: string): InlineCode['language'] | undefined {
  if (/^python(\d(\.\d+)?)?$/.test(name)) return 'python';
  return /^(node|nodejs)$/.test(name) ? 'node' : undefined;
}

/** `import a, b.c as d`, `from a import b`, `__import__('a')`: in code of a few statements, one line as a rule. */
function pythonModules(code: string): string[] {
  const plain = [...code.matchAll(/(?:^|[;\n:])[ \t]*import\s+([^;\n]+)/g)].flatMap(match =>
    (match[1] ?? '').split(',').map(part => part.trim()),
  );
  const from = [...code.matchAll(/(?:^|[;\n:])[ \t]*from\s+([\w.]+)\s+import\b/g)].map(
    match => match[1] ?? '',
  );
  const called = [...code.matchAll(/\b(?:__import__|import_module)\(\s*["']([\w.]+)["']/g)].map(
    match => match[1] ?? '',
  );
  return [...plain, ...from, ...called].map(name => /^\w+/.exec(name)?.[0] ?? '').filter(name => name !== '');
}

/** `require('a/b')`, `import('a')`, `import a from 'a'`. */
function nodeModules(code: string): string[] {
  const named = [...code.matchAll(/\b(?:require\(|import\(|from\s|import\s)\s*["'`]([^"'`]+)["'`]/g)];
  return named.flatMap(match => /^(?:node:)?((?:@[^/]+\/)?[^/]+)/.exec(match[1] ?? '')?.[1] ?? []);
}
