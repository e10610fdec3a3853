// The data files of `core/knowledge` as scripts and tests see them.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
export const knowledgeFolder = join(root, 'server/src/core/knowledge');

/** Where the rows of a data file come from: its first key. */
export interface About {
  /** One sentence on what the rows say. */
  readonly what: string;
  /** Pages and indexes that the rows were taken from; rows may name pages of their own. */
  readonly source: readonly string[];
  /** How they were taken: read by a person, measured with what, written by which program. */
  readonly how: string;
  /** The day on which the rows were last compared with their sources: `2026-11-21`. */
  readonly date: string;
  /** SPDX expression for the rows as they are here. */
  readonly licence: string;
  /** The command that renews them. */
  readonly renew: string;
}

/** The tables of a data file, by name. */
export type Rows = Readonly<Record<string, unknown>>;

export interface DataFile {
  readonly about: About;
  readonly rows: Rows;
}

/** The names of all data files, without their ending. */
export function dataFiles(): string[] {
  return readdirSync(knowledgeFolder).flatMap(file => /^(.+)\.json$/.exec(file)?.[1] ?? []);
}

export function readDataFile(name: string): DataFile {
  const { about, ...rows } = JSON.parse(readFileSync(pathOf(name), 'utf8')) as { about: About } & Rows;
  return { about, rows };
}

/** Writes a data file as Biome lays it out, so that a changed row is a changed line. */
export function writeDataFile(name: string, { about, rows }: DataFile): void {
  writeFileSync(pathOf(name), JSON.stringify({ about, ...rows }));
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  execFileSync(process.execPath, [biome, 'format', '--write', pathOf(name)], { cwd: root, stdio: 'pipe' });
}

function pathOf(name: string): string {
  return join(knowledgeFolder, `${name}.json`);
}
