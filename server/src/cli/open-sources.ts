import { setFlagsFromString } from 'node:v8';
import { type Source, type SourceOptions, Sources } from '../host/sources';
import { Misuse } from './exit';
import { complain } from './output';

/**
 * V8 makes the fast version of the bash grammar's largest function in the background, which takes half a second that the
 * end of a command waits for. Ten times the usual 1.8 million bytes of it have to run first: then there are so many
 * files that it pays. A language server, which stays, keeps the usual.
 */
const LATE_TIER_UP = '--wasm-tiering-budget=18000000';

/** The files of the PATH arguments, relative to the working folder; complaints go to standard error. */
export function openSources(paths: readonly string[], options: Omit<SourceOptions, 'complain'>): Sources {
  setFlagsFromString(LATE_TIER_UP);
  return new Sources(process.cwd(), paths, { ...options, complain });
}

/** @throws Misuse where the path holds no file of ours */
export async function theOneFile(sources: Sources, path: string): Promise<Source> {
  for await (const source of sources.ofPaths()) return source;
  throw new Misuse(`${path} holds no Dockerfile and no Compose file`);
}

/** All of standard input, as UTF-8. */
export async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
