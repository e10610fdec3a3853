import type { CalledProgram, SourceFacts } from './facts';
import { program, shellScript } from './script';
import { namedStrings, pathNames } from './strings';
import { type CodeToken, codeTokens, SYNTAX } from './tokens';

type Values = ReadonlyMap<string, CodeToken>;

/** A string, or a name that the file gives the value of one. */
export function valueAt(tokens: readonly CodeToken[], index: number, values: Values): string | undefined {
  const token = tokens[index];
  if (token?.kind === 'string' && token.quote !== '/') return token.text;
  return token?.kind === 'word' ? values.get(token.text)?.text : undefined;
}

export function marks(tokens: readonly CodeToken[], index: number, text: string): boolean {
  return [...text].every(
    (char, at) => tokens[index + at]?.kind === 'mark' && tokens[index + at]?.text === char,
  );
}

/** The names and dots that end with a token: `exec.Command` at `Command`. */
function pathEndingAt(tokens: readonly CodeToken[], index: number, separator: string): string {
  const before = index - separator.length;
  if (!marks(tokens, before, separator) || tokens[before - 1]?.kind !== 'word')
    return tokens[index]?.text ?? '';
  return `${tokens[before - 1]?.text}${separator}${tokens[index]?.text}`;
}

/** Shells, behind whose `-c` a script stands. */
const SHELLS = /^(\/(usr\/)?bin\/)?(sh|bash|dash|ash|zsh)$/;

/** A program with its arguments: of a shell also what it is handed. */
export function calledWith(words: readonly (string | undefined)[]): CalledProgram[] {
  const [name, flag, script] = words;
  const called = program(name ?? '');
  if (!called) return [];
  if (!SHELLS.test(name ?? '') || !/^-\w*c$/.test(flag ?? '') || script === undefined) return [called];
  return [called, shellScript(script)];
}

/** The values of the strings from a place to the bracket that ends them. */
export function listAt(tokens: readonly CodeToken[], from: number, values: Values): (string | undefined)[] {
  const found: (string | undefined)[] = [];
  for (let at = from; at < tokens.length && found.length < 3; at++) {
    const token = tokens[at];
    if (token?.kind === 'mark' && /[)\]};]/.test(token.text)) break;
    if (token?.kind !== 'mark') found.push(valueAt(tokens, at, values));
  }
  return found;
}

/** Packages of Go that keep data in a file. */
const GO_FILE_STORES = /sqlite|bbolt|boltdb|badger|leveldb|bleve|lumberjack|buntdb|pebble|duckdb/;
const GO_WRITERS =
  /^(os|ioutil)\.(Create|WriteFile|Mkdir|MkdirAll|OpenFile|Rename|Remove|RemoveAll|Chmod|Chown|Link|Symlink|Truncate)$/;

export function readGo(text: string): SourceFacts {
  const tokens = codeTokens(text, SYNTAX.go);
  const values = namedStrings(tokens);
  const imports = goImports(tokens);
  const runs = imports.includes('os/exec');
  const calls: CalledProgram[] = [];
  let writes = imports.some(it => GO_FILE_STORES.test(it));
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word' || !marks(tokens, index - 1, '.')) continue;
    const path = pathEndingAt(tokens, index, '.');
    if (GO_WRITERS.test(path)) writes = true;
    if (runs && /\.(Command|LookPath)$/.test(path))
      calls.push(...calledWith(listAt(tokens, index + 2, values)));
    if (runs && /\.CommandContext$/.test(path))
      calls.push(...calledWith(listAt(tokens, pastArgument(tokens, index + 2), values)));
    if (/^(syscall|unix)\.(Exec|ForkExec)$/.test(path))
      calls.push(...calledWith(listAt(tokens, index + 2, values)));
  }
  return { imports, calls, embeds: goEmbeds(text), paths: pathNames(tokens), writes };
}

/** Behind the comma that ends an argument. */
function pastArgument(tokens: readonly CodeToken[], from: number): number {
  let open = 0;
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind !== 'mark') continue;
    if (/[([{]/.test(token.text)) open++;
    if (/[)\]}]/.test(token.text)) open--;
    if (open < 0) return at;
    if (open === 0 && token.text === ',') return at + 1;
  }
  return tokens.length;
}

function goImports(tokens: readonly CodeToken[]): string[] {
  const found: string[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word' || token.text !== 'import') continue;
    if (!marks(tokens, index + 1, '(')) {
      const source = tokens.slice(index + 1, index + 3).find(it => it.kind === 'string');
      if (source) found.push(source.text);
      continue;
    }
    for (let at = index + 2; at < tokens.length && !marks(tokens, at, ')'); at++) {
      const inside = tokens[at];
      if (inside?.kind === 'string') found.push(inside.text);
    }
  }
  return found;
}

/** @see https://pkg.go.dev/embed */
function goEmbeds(text: string): string[] {
  return [...text.matchAll(/^\/\/go:embed[ \t]+(.*)$/gm)].flatMap(match =>
    (match[1] ?? '').split(/\s+/).map(it => it.replace(/^(all:)?["`]?|["`]$/g, '')),
  );
}

/** Java, Kotlin and C#, whose strings and comments are alike. */
export function readJava(text: string): SourceFacts {
  const tokens = codeTokens(text, SYNTAX.java);
  const values = namedStrings(tokens);
  const calls: CalledProgram[] = [];
  const commandLine = (index: number) => {
    const list = listAt(tokens, index, values);
    const [line] = list;
    return line !== undefined && /\s/.test(line.trim())
      ? calledWith(line.trim().split(/\s+/))
      : calledWith(list);
  };
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word') continue;
    const isCall = marks(tokens, index + 1, '(');
    if (token.text === 'ProcessBuilder' && isCall)
      calls.push(...calledWith(stringsIn(tokens, index + 2, values)));
    if (token.text === 'exec' && isCall && /(\)|runtime|rt)$/i.test(tokens[index - 2]?.text ?? ''))
      calls.push(...commandLine(index + 2));
    if (/^(ProcessStartInfo|Start)$/.test(token.text) && isCall && isDotnetStart(tokens, index))
      calls.push(...calledWith(listAt(tokens, index + 2, values)));
    if (
      token.text === 'FileName' &&
      marks(tokens, index + 1, '=') &&
      valueAt(tokens, index + 2, values) !== undefined
    )
      calls.push(...calledWith([valueAt(tokens, index + 2, values)]));
  }
  return { imports: [], calls, embeds: [], paths: pathNames(tokens), writes: true };
}

function isDotnetStart(tokens: readonly CodeToken[], index: number): boolean {
  return tokens[index]?.text === 'ProcessStartInfo' || tokens[index - 2]?.text === 'Process';
}

/** The strings in the brackets of a call, also those of a list in it: `new ProcessBuilder(List.of("git", "log"))`. */
function stringsIn(tokens: readonly CodeToken[], from: number, values: Values): (string | undefined)[] {
  const found: (string | undefined)[] = [];
  let open = 1;
  for (let at = from; at < tokens.length && open > 0 && found.length < 3; at++) {
    const token = tokens[at];
    if (token?.kind === 'mark' && token.text === '(') open++;
    if (token?.kind === 'mark' && token.text === ')') open--;
    if (token?.kind === 'string') found.push(token.text);
    else if (token?.kind === 'word' && /^[,)]$/.test(tokens[at + 1]?.text ?? '')) {
      const value = values.get(token.text)?.text;
      if (value !== undefined) found.push(value);
    }
  }
  return found;
}

const RUBY_METHODS = /^(system|exec|spawn|popen|popen2|popen2e|popen3|capture2|capture2e|capture3|pipeline)$/;

export function readRuby(text: string): SourceFacts {
  const tokens = codeTokens(text, SYNTAX.ruby);
  const values = namedStrings(tokens);
  const calls: CalledProgram[] = [];
  const imports: string[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'string' && token.quote === '`') calls.push(shellScript(token.text));
    if (token.kind !== 'word') continue;
    const open = marks(tokens, index + 1, '(') ? index + 2 : index + 1;
    if (/^require(_relative)?$/.test(token.text)) imports.push(valueAt(tokens, open, values) ?? '');
    const owner = marks(tokens, index - 1, '.') ? tokens[index - 2]?.text : undefined;
    const isCall = owner === undefined || /^(Kernel|Open3|IO|Process|PTY)$/.test(owner);
    if (RUBY_METHODS.test(token.text) && isCall) calls.push(...rubyCall(tokens, open, values));
    if (token.text === 'x' && marks(tokens, index - 1, '%')) calls.push(...percentCall(tokens, index));
  }
  return { imports, calls, embeds: [], paths: pathNames(tokens), writes: true };
}

/** One string is a line for a shell; with further ones it is a program. */
function rubyCall(tokens: readonly CodeToken[], from: number, values: Values): CalledProgram[] {
  const hasEnvironment = marks(tokens, from, '{');
  const start = hasEnvironment ? pastArgument(tokens, from) : marks(tokens, from, '[') ? from + 1 : from;
  const first = valueAt(tokens, start, values);
  if (first === undefined) return [];
  const next = tokens[start + 1];
  const isList = next?.kind === 'mark' && next.text === ',' && tokens[start + 2]?.kind === 'string';
  if (isList) return calledWith([first, tokens[start + 2]?.text, tokens[start + 4]?.text]);
  return [shellScript(first)];
}

/** `%x(git log)`: its text is no string for the reader of tokens. */
function percentCall(tokens: readonly CodeToken[], index: number): CalledProgram[] {
  const first = tokens[index + 2];
  return first?.kind === 'word' && /^[([{]$/.test(tokens[index + 1]?.text ?? '')
    ? [{ kind: 'program', name: first.text }]
    : [];
}

export function readRust(text: string): SourceFacts {
  const tokens = codeTokens(text, SYNTAX.rust);
  const values = namedStrings(tokens);
  const words = [...tokens.entries()].flatMap(([index, { kind }]) => (kind === 'word' ? [index] : []));
  return {
    imports: words.flatMap(index => rustImport(tokens, index)),
    calls: words.flatMap(index => rustCall(tokens, index, values)),
    embeds: words.flatMap(index => rustEmbed(tokens, index, values)).filter(it => it !== ''),
    paths: pathNames(tokens),
    writes: true,
  };
}

/** `use dotenvy::…` and `dotenvy::dotenv()`. */
function rustImport(tokens: readonly CodeToken[], index: number): string[] {
  const { text = '' } = tokens[index] ?? {};
  if (text === 'use') return [tokens[index + 1]?.text ?? ''];
  return text === 'dotenvy' && marks(tokens, index + 1, '::') ? [text] : [];
}

/** Macros of the language, of sqlx and diesel, and the attribute of rust-embed. */
function rustEmbed(tokens: readonly CodeToken[], index: number, values: Values): string[] {
  const { text = '' } = tokens[index] ?? {};
  if (text === 'folder' && marks(tokens, index + 1, '=')) return [valueAt(tokens, index + 2, values) ?? ''];
  const isMacro = /^(include_str|include_bytes|include|include_dir|embed_migrations|migrate)$/.test(text);
  if (!isMacro || !marks(tokens, index + 1, '!')) return [];
  return [valueAt(tokens, index + 3, values) ?? (text === 'migrate' ? 'migrations' : '')];
}

/** `Command::new("sh").arg("-c").arg("git log")`. */
function rustCall(tokens: readonly CodeToken[], index: number, values: Values): CalledProgram[] {
  if (tokens[index]?.text !== 'new' || pathEndingAt(tokens, index, '::') !== 'Command::new') return [];
  const name = valueAt(tokens, index + 2, values);
  const strings = tokens
    .slice(index + 3, index + 25)
    .filter(it => it.kind === 'string')
    .map(it => it.text);
  return calledWith([name, ...strings]);
}
