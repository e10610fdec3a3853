import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildGoProgram, builtProgram } from './go-programs';

// BuildKit's own parser, to compare ours with: a small program over its public packages, built where Go is there.

/** Why there is no such program on this machine; undefined where it is there now. Builds it where Go can. */
export function missingBuildkitOracle(): Promise<string | undefined> {
  return buildGoProgram('buildkit-oracle');
}

/** A question of `tools/buildkit-oracle/main.go`: what is read of a file, or what becomes of a word. */
export type Question =
  | { readonly text: string }
  | { readonly word: string; readonly env: Readonly<Record<string, string>>; readonly escape: '\\' | '`' };

/** Asks the program, which has to be there: an answer for each question, in their order. */
export async function askBuildkit<Answer>(questions: readonly Question[]): Promise<Answer[]> {
  const child = spawn(join(builtProgram('buildkit-oracle') ?? '', 'buildkit-oracle'), [], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve(code ?? 1));
  });
  child.stdin.end(questions.map(question => `${JSON.stringify(question)}\n`).join(''));
  const code = await ended;
  if (code !== 0) throw new Error(`BuildKit's parser ended with ${code}`);
  const lines = Buffer.concat(chunks).toString().split('\n').filter(Boolean);
  return lines.map((line): Answer => JSON.parse(line));
}
