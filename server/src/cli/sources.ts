import { resolve } from 'node:path';
import { type Config, mergeConfigs } from '../core/config';
import { type EngineFacts, NO_ENGINE } from '../core/facts/engine';
import { NO_WORKSPACE } from '../core/facts/workspace';
import { parseFile } from '../core/lint';
import type { Context, SourceFile } from '../core/rule';
import { readConfigFile, readConfigFiles } from '../host/config-files';
import { languageOf, listFiles } from '../host/files';
import { loadGrammar } from '../host/grammar';
import { readText } from '../host/text-file';
import { Workspace } from '../host/workspace';
import { Misuse } from './exit';

/** A file to work on, with all that the rules may know of it. */
export interface Source {
  readonly file: SourceFile;
  readonly context: Context;
  readonly config: Config;
}

export interface SourceOptions {
  /** A config file to use in place of those beside the files. */
  readonly config?: string | undefined;
  /** What the command line says of the rules; it has the last word. */
  readonly selection: Partial<Config>;
  readonly engine?: EngineFacts;
}

/** Reads the files that a command works on, and what the disk says around them. */
export class Sources {
  readonly root = process.cwd();
  private readonly workspace = new Workspace(this.root);

  constructor(private readonly options: SourceOptions) {}

  /** The files of PATH arguments, one after the other. */
  async *ofPaths(paths: readonly string[]): AsyncGenerator<Source> {
    await loadGrammar();
    for (const { path, language } of await listFiles(this.root, paths.length > 0 ? paths : ['.'])) {
      yield await this.read(path, language, await readText(resolve(this.root, path), path));
    }
  }

  async ofFile(path: string): Promise<Source> {
    for await (const source of this.ofPaths([path])) return source;
    throw new Misuse(`${path} is a folder without a Dockerfile or Compose file`);
  }

  /** A text from standard input; its name says what it is and where it would stand. */
  async ofText(text: string, path: string): Promise<Source> {
    await loadGrammar();
    this.workspace.setOverlay(path, text);
    return this.read(path, languageOf(path) ?? 'dockerfile', text);
  }

  /** A file has been written or made: what was known of its surroundings is outdated. */
  written(path: string): void {
    this.workspace.changed(path);
  }

  private async read(path: string, language: SourceFile['language'], text: string): Promise<Source> {
    const facts = await this.workspace.factsFor(path);
    return {
      file: parseFile(language, path, text),
      context: { workspace: facts ?? NO_WORKSPACE, engine: this.options.engine ?? NO_ENGINE },
      config: { ...(await this.configOf(path)), ...this.options.selection },
    };
  }

  private async configOf(path: string): Promise<Config> {
    const named = this.options.config;
    const { config, problems } = named ? await readConfigFile(named) : await readConfigFiles(this.root, path);
    if (named && problems[0]) throw new Misuse(`${named}: ${problems[0].message}`);
    for (const { message } of problems) process.stderr.write(`plimsoll: ${message}\n`);
    return mergeConfigs(config);
  }
}

export async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
