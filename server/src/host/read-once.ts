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

  /** Forgets a file, or a folder and everything in it. */
  forget(path: string): void {
    for (const known of this.readings.keys()) {
      if (known === path || known.startsWith(`${path}/`)) this.readings.delete(known);
    }
  }

  clear(): void {
    this.readings.clear();
  }
}
