export interface UnreadableOptions extends ErrorOptions {
  /** What cannot be done with it, where that is not to read it. */
  readonly cannot?: string;
}

/** A path that cannot be read; the message is a sentence for the user. */
export class UnreadablePath extends Error {
  constructor(
    readonly path: string,
    readonly reason: string,
    { cannot = 'read', ...options }: UnreadableOptions = {},
  ) {
    super(`${path} cannot be ${cannot}: ${reason}.`, options);
    this.name = 'UnreadablePath';
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the path is too long',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EIO: 'the disk reports an error',
  ESTALE: 'the network file system no longer has it',
};

/** The error as a sentence about the path; one that is such a sentence already keeps its reason. */
export function unreadable(path: string, error: unknown): UnreadablePath {
  if (error instanceof UnreadablePath) {
    return error.path === path ? error : new UnreadablePath(path, error.reason, { cause: error });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = REASONS[code] ?? (code === '' ? String(error) : `the system says ${code}`);
  return new UnreadablePath(path, reason, { cause: error });
}

/** Whether an error of the system only says that there is nothing of that name. */
export function isMissing(error: unknown): boolean {
  const cause = error instanceof UnreadablePath ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** @param deadline in milliseconds */
export function tooSlow(path: string, deadline: number): UnreadablePath {
  return new UnreadablePath(path, `the disk did not answer within ${deadline / 1000} seconds`);
}

/** @param mostBytes that are read */
export function tooLarge(path: string, mostBytes: number): UnreadablePath {
  return new UnreadablePath(path, `it is larger than ${sizeText(mostBytes)}`);
}

function sizeText(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.floor(bytes / 1024)} kB` : `${Math.floor(bytes / 1024 / 1024)} MB`;
}
