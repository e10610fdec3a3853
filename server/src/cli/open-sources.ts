import { fstatSync } from 'node:fs';
import { MOST_FILE_BYTES } from '../host/bounded-file';
import { type DecodedText, decodeText } from '../host/decode-text';
import { type Source, type SourceOptions, Sources } from '../host/sources';
import { tooLarge, UnreadablePath } from '../host/unreadable-path';
import { EXIT, Misuse } from './exit';
import { warn } from './output';

/**
 * The files of the PATH arguments, relative to the working folder; warnings go to standard error. A file that cannot be
 * read makes the exit code that of a failure, since nobody knows what is wrong in it.
 */
export function openSources(
  paths: readonly string[],
  options: Omit<SourceOptions, 'warn' | 'onUnreadable'>,
): Sources {
  const onUnreadable = ({ message }: UnreadablePath) => {
    warn(message);
    process.exitCode = EXIT.failed;
  };
  return new Sources(process.cwd(), paths, { ...options, warn, onUnreadable });
}

/** @throws Misuse where the path holds no file of ours */
export async function theOneFile(sources: Sources, path: string): Promise<Source> {
  for await (const source of sources.ofPaths()) return source;
  throw new Misuse(`${path} contains no Dockerfile and no Compose file`);
}

/**
 * All of standard input.
 *
 * @throws UnreadablePath where it is a folder, or larger than a file may be
 */
export async function readStandardInput(): Promise<DecodedText> {
  // Node gives nothing for one, as for an empty file.
  if (fstatSync(process.stdin.fd).isDirectory()) throw new UnreadablePath('standard input', 'it is a folder');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    bytes += chunk.length;
    if (bytes > MOST_FILE_BYTES) throw tooLarge('standard input', MOST_FILE_BYTES);
    chunks.push(Buffer.from(chunk));
  }
  return decodeText(Buffer.concat(chunks));
}
