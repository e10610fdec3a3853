/** Only `..` in a row: a folder that holds the root. */
const ABOVE_ROOT = /^\.\.(?:\/\.\.)*$/;

/** Files and folders that were made, changed or deleted. All paths are POSIX, relative to the root. */
export class ChangedPaths {
  /** What is changed, if it was not counted. */
  static readonly everything = new ChangedPaths(undefined);

  /** The folders that hold something that changed. */
  private readonly holders = new Set<string>();

  /** @param paths undefined where anything may have changed */
  constructor(private readonly paths: ReadonlySet<string> | undefined) {
    for (const path of paths ?? []) {
      for (const folder of holdersOf(path)) {
        if (this.holders.has(folder)) break;
        this.holders.add(folder);
      }
    }
  }

  /** Whether a path is one of them, or in a folder that is. */
  cover(path: string): boolean {
    if (!this.paths || this.paths.has(path)) return true;
    for (const folder of holdersOf(path)) if (this.paths.has(folder)) return true;
    return false;
  }

  /** Whether one of them is in a folder, is the folder, or holds it. */
  concern(folder: string): boolean {
    return ABOVE_ROOT.test(folder) || this.holders.has(folder) || this.cover(folder);
  }

  some(is: (path: string) => boolean): boolean {
    if (!this.paths) return true;
    for (const path of this.paths) if (is(path)) return true;
    return false;
  }
}

/** The folders that a path is in, the innermost first; the root is `.`. */
function* holdersOf(path: string): Generator<string> {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    yield path.slice(0, end);
  if (path !== '.' && path !== '..' && !path.startsWith('../') && !path.startsWith('/')) yield '.';
}
