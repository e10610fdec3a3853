import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire, wrap } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { Script } from 'node:vm';
import { EXIT } from './exit';

// Node before 22.1 compiles a program anew each time it starts, which is a third of the time that one file takes. These
// files are kept in the user's own cache folder, one for each part of the program.

/** Bytes at the start of a file: the hash of what follows, since V8 does not notice damage. */
const HASH_BYTES = 32;
/** Some dozen of them, about 3 MB, belong to one version of Plimsoll. */
const MOST_KEPT_FILES = 60;
/** What runs most of the rules. After another command, the code of most functions would be missing for good. */
const COMMANDS_WORTH_KEEPING: readonly (string | undefined)[] = ['check', 'fix', 'convert'];
/** Parts that several commands share are called by the hash of what they hold. */
const NAMED_BY_CONTENT = /-[A-Z0-9]{8}\.js$/;

type Part = { exports: unknown };
type Body = (
  exports: unknown,
  require: (id: string) => unknown,
  part: Part,
  filename: string,
  folder: string,
) => void;

/**
 * Loads a file and those beside it that it requires, as `require` does, with the code that V8 compiled the last time. When
 * the command ends well, what was new to it is written down.
 *
 * @param file absolute
 */
export function loadWithKeptCode(file: string): unknown {
  const folder = isUnwanted() ? undefined : keptFolder();
  const parts = new Map<string, Part>();
  const compiled: { readonly kept: string; readonly script: Script }[] = [];

  function load(file: string): unknown {
    const before = parts.get(file);
    if (before) return before.exports;
    const part: Part = { exports: {} };
    parts.set(file, part);
    const kept = folder && NAMED_BY_CONTENT.test(file) ? join(folder, `${basename(file)}.bin`) : undefined;
    const cachedData = kept === undefined ? undefined : readKept(kept);
    const script = new Script(wrap(readFileSync(file, 'utf8')), {
      filename: file,
      ...(cachedData && { cachedData }),
    });
    if (kept !== undefined && (!cachedData || script.cachedDataRejected)) compiled.push({ kept, script });
    const beside = dirname(file);
    const elsewhere = createRequire(file);
    const own = (id: string): unknown => (id.startsWith('./') ? load(join(beside, id)) : elsewhere(id));
    const body: Body = script.runInThisContext();
    body(part.exports, Object.assign(own, elsewhere), part, file, beside);
    return part.exports;
  }

  process.once('exit', code => {
    if (code >= EXIT.failed || compiled.length === 0) return;
    if (!folder || !COMMANDS_WORTH_KEEPING.includes(process.argv[2])) return;
    try {
      makeRoom(folder);
      for (const { kept, script } of compiled) writeKept(kept, script.createCachedData());
    } catch {
      // The disk is full or cannot be written: the next start takes as long as this one.
    }
  });
  return load(file);
}

/** The variable is Node's own, for the same. A machine of a CI service is thrown away before anything is read again. */
function isUnwanted(): boolean {
  const { NODE_DISABLE_COMPILE_CACHE, CI } = process.env;
  return Boolean(NODE_DISABLE_COMPILE_CACHE) || Boolean(CI);
}

/** One for each V8: code that another one compiled is refused. */
function keptFolder(): string | undefined {
  const caches = cachesOfUser();
  return caches && join(caches, 'plimsoll', `code-${process.versions.v8}-${process.arch}`);
}

function cachesOfUser(): string | undefined {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === 'win32') return LOCALAPPDATA;
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return XDG_CACHE_HOME;
  try {
    return join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
  } catch {
    // The user has no home.
    return undefined;
  }
}

/** What it holds runs as the user, so nobody else may have been able to write it. */
function readKept(path: string): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const { uid, mode } = fstatSync(descriptor);
    if (process.getuid && (uid !== process.getuid() || (mode & OTHERS_WRITE) !== 0)) return undefined;
    const held = readFileSync(descriptor);
    const code = held.subarray(HASH_BYTES);
    return hashOf(code).equals(held.subarray(0, HASH_BYTES)) ? code : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const OTHERS_WRITE = 0o022;

/** @throws Error where the folder cannot be made or read */
function makeRoom(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const names = readdirSync(folder);
  if (names.length <= MOST_KEPT_FILES) return;
  for (const name of names) rmSync(join(folder, name), { force: true });
}

/**
 * Others that start at the same time see all of it or nothing.
 *
 * @throws Error where the file cannot be written
 */
function writeKept(path: string, code: Buffer): void {
  const half = `${path}.${process.pid}`;
  try {
    writeFileSync(half, Buffer.concat([hashOf(code), code]), { mode: 0o600, flag: 'wx' });
    renameSync(half, path);
  } catch (error) {
    rmSync(half, { force: true });
    throw error;
  }
}

function hashOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
