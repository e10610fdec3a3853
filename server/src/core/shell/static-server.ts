import type { Word } from '../text/word';
import type { Command } from './command';
import { type CommandLine, type Option, type OptionSyntax, option, readCommandLine } from './options';

/** A call of a program that serves the files of one folder, as the container's only task. */
export interface StaticServer {
  readonly program: StaticProgram;
  /** The folder as written, seen from the working folder. */
  readonly folder: string;
  /** The port that the command line names; undefined for the one that `impliedPort` tells. */
  readonly port: number | undefined;
  /** What it listens to when neither the command line nor the variable `PORT` says so. */
  readonly impliedPort: number;
  readonly fallback: StaticFallback;
  /** Seconds that a browser may keep a file, 0 where it may not; undefined where nothing is said. */
  readonly maxAge: number | undefined;
}

/**
 * What answers a path that is no file: the one page of an application, the page of that name, or that page where there
 * is one and else the one of the application.
 */
export type StaticFallback = 'index' | 'pages' | 'pages-then-index';

export type StaticProgram = 'serve' | 'http-server' | 'vite preview';

/** A call that asks for more than files of a folder: `because` says so, for a sentence that begins with the line. */
export interface ForeignServer {
  readonly because: string;
}

interface ProgramSyntax extends OptionSyntax {
  /** Options that change nothing of what is served. */
  readonly harmless: readonly string[];
}

/** Source: https://github.com/vercel/serve/blob/main/source/utilities/cli.ts (2026-11) */
const SERVE: ProgramSyntax = {
  takesValue: ['-l', '--listen', '-p', '-c', '--config', '--ssl-cert', '--ssl-key', '--ssl-pass'],
  harmless: [
    ...['-l', '--listen', '-p', '-s', '--single', '-d', '--debug', '-L', '--no-request-logging', '-n'],
    ...['--no-clipboard', '-u', '--no-compression', '--no-etag', '-S', '--symlinks', '--no-port-switching'],
  ],
};

/** Source: https://github.com/http-party/http-server#available-options (2026-11) */
const HTTP_SERVER: ProgramSyntax = {
  takesValue: ['-p', '--port', '-a', '-d', '-i', '-e', '--ext', '-c', '-P', '--proxy', '-t', '-C', '-K'],
  harmless: [
    ...['-p', '--port', '-a', '-c', '-P', '--proxy', '-d', '-i', '-g', '--gzip', '-b', '--brotli'],
    ...['-s', '--silent', '-U', '--utc', '-t', '--log-ip'],
  ],
};

/** Source: https://vite.dev/guide/cli.html#vite-preview (2026-11) */
const VITE_PREVIEW: ProgramSyntax = {
  takesValue: ['--port', '--outDir', '--base', '-c', '--config', '-m', '--mode', '-l', '--logLevel'],
  harmless: ['--port', '--outDir', '--host', '--strictPort', '--clearScreen', '-l', '--logLevel'],
};

/** Reads a call of a server of static files; undefined for any other program. */
export function staticServer(command: Command): StaticServer | ForeignServer | undefined {
  const words = ownWords(command);
  const [program, ...rest] = words;
  const name = program && withoutVersion(program.text.slice(program.text.lastIndexOf('/') + 1));
  if (name === 'serve') return readServe(readCommandLine(rest, SERVE));
  if (name === 'http-server') return readHttpServer(readCommandLine(rest, HTTP_SERVER));
  if (name === 'vite' && rest[0]?.text === 'preview')
    return readVitePreview(readCommandLine(rest.slice(1), VITE_PREVIEW));
  return undefined;
}

/** Without `npx` and its own options. */
function ownWords({ name, words }: Command): readonly Word[] {
  if (name !== 'npx') return words;
  const first = words.findIndex(
    (word, index) => index > 0 && !/^(-y|--yes|--no-install|--)$/.test(word.text),
  );
  return first === -1 ? [] : words.slice(first);
}

/** Servers that an install brings: they go where nothing starts them any more. */
export function isStaticServerPackage(name: string): boolean {
  return /^(serve|http-server)(@[\w.^~-]+)?$/.test(name);
}

function readServe(line: CommandLine): StaticServer | ForeignServer {
  const listens = line.options.filter(it => /^(-l|--listen|-p)$/.test(it.name));
  const port = portOf(listens, /^(?:tcp:\/\/(?:0\.0\.0\.0|\[::\]):|0\.0\.0\.0:)?(\d+)$/);
  return (
    foreignOption('serve', line, SERVE) ??
    foreignPort('serve', listens, port) ??
    foreignFolders('serve', line.operands) ?? {
      program: 'serve',
      folder: line.operands[0]?.text ?? '.',
      port,
      impliedPort: 3000,
      fallback: option(line, '-s', '--single') ? 'index' : 'pages',
      maxAge: undefined,
    }
  );
}

function readHttpServer(line: CommandLine): StaticServer | ForeignServer {
  const ports = line.options.filter(it => /^(-p|--port)$/.test(it.name));
  const port = portOf(ports, /^(\d+)$/);
  const address = option(line, '-a');
  const proxy = option(line, '-P', '--proxy');
  const maxAge = Number(option(line, '-c')?.value ?? '3600');
  const foreign =
    foreignOption('http-server', line, HTTP_SERVER) ??
    foreignPort('http-server', ports, port) ??
    foreignFolders('http-server', line.operands);
  if (foreign) return foreign;
  if (address && !/^(0\.0\.0\.0|::)$/.test(address.value ?? ''))
    return { because: 'starts http-server on only one address' };
  // The question mark takes the path that was asked for out of the request, so that it is for the page itself.
  if (proxy && !/^https?:\/\/(localhost|127\.0\.0\.1):\d+\/?\?$/.test(proxy.value ?? ''))
    return { because: 'starts http-server as a proxy of another server' };
  if (line.operands.length === 0) return { because: 'starts http-server without naming the folder to serve' };
  return {
    program: 'http-server',
    folder: line.operands[0]?.text ?? '.',
    port,
    impliedPort: 8080,
    fallback: proxy ? 'pages-then-index' : 'pages',
    maxAge: Number.isInteger(maxAge) ? Math.max(0, maxAge) : undefined,
  };
}

function readVitePreview(line: CommandLine): StaticServer | ForeignServer {
  const ports = line.options.filter(it => it.name === '--port');
  const port = portOf(ports, /^(\d+)$/);
  const folder = option(line, '--outDir');
  const foreign =
    foreignOption('vite preview', line, VITE_PREVIEW) ?? foreignPort('vite preview', ports, port);
  if (foreign) return foreign;
  const host = option(line, '--host');
  const address = host?.value ?? line.operands[0]?.text ?? '0.0.0.0';
  const roots = host && host.value === undefined ? line.operands.slice(1) : line.operands;
  if (!host || !/^(0\.0\.0\.0|::|true)$/.test(address))
    return {
      because: 'starts vite preview without --host, so that nothing outside the container reaches it',
    };
  if (roots.length > 0 || (folder?.value === undefined) !== (folder === undefined))
    return { because: 'starts vite preview in another folder' };
  return {
    program: 'vite preview',
    folder: folder?.value ?? 'dist',
    port,
    impliedPort: 4173,
    fallback: 'pages-then-index',
    maxAge: undefined,
  };
}

function portOf(options: readonly Option[], form: RegExp): number | undefined {
  const [first] = options;
  const digits = first?.valueWord?.literal ? form.exec(first.value ?? '')?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits);
}

function foreignPort(
  program: StaticProgram,
  options: readonly Option[],
  port: number | undefined,
): ForeignServer | undefined {
  if (options.length > 1) return { because: `starts ${program} on several ports` };
  return options.length === 1 && port === undefined
    ? { because: `starts ${program} on a port that is not written as a number` }
    : undefined;
}

function foreignOption(
  program: StaticProgram,
  { options }: CommandLine,
  { harmless }: ProgramSyntax,
): ForeignServer | undefined {
  const foreign = options.find(({ name }) => !harmless.includes(name));
  return foreign && { because: `starts ${program} with ${foreign.name}, which has no counterpart in nginx` };
}

function foreignFolders(program: StaticProgram, operands: readonly Word[]): ForeignServer | undefined {
  return operands.length > 1 || operands.some(it => !it.literal)
    ? { because: `starts ${program} for a folder whose path is not written out` }
    : undefined;
}

/** `serve` for `serve@14`; the `@` of a scope stays. */
function withoutVersion(name: string): string {
  const at = name.lastIndexOf('@');
  return at > 0 ? name.slice(0, at) : name;
}
