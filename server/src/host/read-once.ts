import type { ChangedPaths } from './changed-paths';

/** What was read of paths, each read once until somebody forgets it. Readings that are under way are shared. */
export class ReadOnce<Result> {
  private readonly readings = new Map<string, Promise<Result>>();

  /** @param readPath never rejects: a reading that failed would be kept too */
  constructor(private readonly readPath: (path: string) => Promise<Result>) {}

  read(path: string): Promise<Result> {
    const known = this.readings.get(path);
    if (known) return known;
    const reading = this.readPath(path);
    this.readings.set(path, reading);
    return reading;
  }

  forget(path: string): void {
    this.readings.delete(path);
  }

  /** Forgets what changed, and everything in folders that did. */
  forgetChanged(changed: ChangedPaths): void {
    for (const path of this.readings.keys()) if (changed.cover(path)) this.readings.delete(path);
  }

  clear(): void {
    this.readings.clear();
  }
}
