interface Parsed {
  readonly text: string;
}

/** Files whose models are kept beside the ones in use, and UTF-16 units of text that these may have together. */
const MOST_FILES = 8;
const MOST_LENGTH = 4_000_000;

interface Reading<File> {
  readonly path: string;
  readonly text: string;
  readonly steps: Iterator<void, File>;
  file: File | undefined;
}

/**
 * A parser that knows the last model of each path: the builds of a Compose file, its findings and what others say of it
 * ask for the same model one after the other.
 */
export class LastParsed<File extends Parsed> {
  private readonly files = new Map<string, File>();
  private length = 0;
  /** What was begun last. */
  private reading: Reading<File> | undefined;

  /**
   * The model of a text, in steps. Who asks for one that somebody else is reading goes on with it.
   *
   * @param read begins to read it, where that is to be done
   */
  *steps(path: string, text: string, read: () => Iterator<void, File>): Generator<void, File> {
    const known = this.files.get(path);
    if (known?.text === text) return known;
    if (this.reading?.path !== path || this.reading.text !== text)
      this.reading = { path, text, steps: read(), file: undefined };
    const { reading } = this;
    for (;;) {
      if (reading.file) return reading.file;
      const step = reading.steps.next();
      if (step.done) reading.file = this.set(path, step.value);
      else yield;
      if (reading.file && this.reading === reading) this.reading = undefined;
    }
  }

  /** The model of the path that was read last, of whatever text. */
  of(path: string): File | undefined {
    return this.files.get(path);
  }

  set(path: string, file: File): File {
    this.forget(path);
    this.files.set(path, file);
    this.length += file.text.length;
    for (const oldest of this.files.keys()) {
      if (this.files.size <= 1 || (this.files.size <= MOST_FILES && this.length <= MOST_LENGTH)) break;
      this.forget(oldest);
    }
    return file;
  }

  private forget(path: string): void {
    this.length -= this.files.get(path)?.text.length ?? 0;
    this.files.delete(path);
  }
}
