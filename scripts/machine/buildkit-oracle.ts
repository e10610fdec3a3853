import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, root } from './folders';
import { finish, output } from './run';

// BuildKit's own parser, to compare ours with: a small program over its public packages, built where Go is there, and
// kept outside the clone by its sources.

const module = join(root, 'tools/buildkit-oracle');
const files = ['go.mod', 'go.sum', 'main.go'];

/** Why there is no such program on this machine; undefined where it is there now. Builds it where Go can. */
export async function missingBuildkitOracle(): Promise<string | undefined> {
  if (existsSync(oracleFolder())) return undefined;
  const { code } = await finish('go', ['env', 'GOVERSION']).catch(() => ({ code: 1 }));
  if (code !== 0) return "there is no Go to build BuildKit's parser with";
  await build();
  return undefined;
}

async function build(): Promise<void> {
  const folder = oracleFolder();
  const unfinished = `${folder}.${process.pid}`;
  const source = join(unfinished, 'module');
  await mkdir(source, { recursive: true });
  try {
    for (const file of files) await cp(join(module, file), join(source, file));
    const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly -buildvcs=false' };
    await output('go', ['build', '-o', `${unfinished}/buildkit-oracle`, '.'], { cwd: source, env });
    await rm(source, { recursive: true });
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another run may have been quicker.
    if (!existsSync(folder)) throw error;
  }
}

function oracleFolder(): string {
  const digest = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of files) digest.update(readFileSync(join(module, file)));
  return join(cacheFolder, `buildkit-oracle-${digest.digest('hex').slice(0, 12)}`);
}

/** A question of `tools/buildkit-oracle/main.go`: what is read of a file, or what becomes of a word. */
export type Question =
  | { readonly text: string }
  | { readonly word: string; readonly env: Readonly<Record<string, string>>; readonly escape: '\\' | '`' };

/** Asks the program, which has to be there: an answer for each question, in their order. */
export async function askBuildkit<Answer>(questions: readonly Question[]): Promise<Answer[]> {
  const child = spawn(join(oracleFolder(), 'buildkit-oracle'), [], { stdio: ['pipe', 'pipe', 'inherit'] });
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
