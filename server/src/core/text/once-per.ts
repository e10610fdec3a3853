/*
 * All that core remembers. Every helper here answers as the function that it is given does, and only sooner: files and
 * facts are frozen, so answers stay true. Nothing else in core holds anything from one question to the next, apart from
 * the two grammars.
 */

interface Remembered<Answer> {
  readonly answer: Answer;
}

/** A function that works out its answer when it is asked first, and once: a table that is made of a data file. */
export function once<Answer>(answer: () => Answer): () => Answer {
  let known: Remembered<Answer> | undefined;
  return () => {
    known ??= { answer: answer() };
    return known.answer;
  };
}

/** Asked about a subject, with what follows from it: a stage with its file. */
export interface OncePer<Subject extends object, Rest extends readonly unknown[], Answer> {
  (subject: Subject, ...rest: Rest): Answer;
  /** True where the answer need not be worked out. */
  isKnown(subject: Subject): boolean;
}

/**
 * A function that works out its answer once for each object that it is asked of: what every rule asks of a file, or a
 * file of each of its services, costs one walk and not one for each question. What is handed in besides must follow
 * from the object.
 */
export function oncePer<Subject extends object, Rest extends readonly unknown[], Answer>(
  answer: (subject: Subject, ...rest: Rest) => Answer,
): OncePer<Subject, Rest, Answer> {
  const known = new WeakMap<Subject, Remembered<Answer>>();
  const ask = (subject: Subject, ...rest: Rest) => {
    const remembered = known.get(subject);
    // To put into a weak map what it holds already takes longer than most answers.
    if (remembered) return remembered.answer;
    const made = answer(subject, ...rest);
    known.set(subject, { answer: made });
    return made;
  };
  return Object.assign(ask, { isKnown: (subject: Subject) => known.has(subject) });
}

interface RememberedWhile<Rest, Answer> extends Remembered<Answer> {
  readonly rest: Rest;
}

/**
 * Likewise for what depends on more than the object, as a file's answers do on the facts around it: the last answer is
 * given again while all that is handed in is the same.
 */
export function onceWhileSame<Subject extends object, Rest extends readonly unknown[], Answer>(
  answer: (subject: Subject, ...rest: Rest) => Answer,
): (subject: Subject, ...rest: Rest) => Answer {
  return askedOf(new WeakMap<Subject, RememberedWhile<Rest, Answer>>(), answer);
}

/** Subjects of `onceForRecent` that are remembered: rules ask about one snapshot of facts, or about a few in turn. */
const MOST_RECENT = 4;

/**
 * The same, for the subjects that somebody asked about last alone. Where hundreds of them are alive at a time, as the
 * facts of hundreds of open files are, answers for each would take too much memory.
 */
export function onceForRecent<Subject extends object, Rest extends readonly unknown[], Answer>(
  answer: (subject: Subject, ...rest: Rest) => Answer,
): (subject: Subject, ...rest: Rest) => Answer {
  const known = new Map<Subject, RememberedWhile<Rest, Answer>>();
  const ask = askedOf(known, answer);
  return (subject, ...rest) => {
    const found = ask(subject, ...rest);
    for (const oldest of known.keys()) if (known.size > MOST_RECENT) known.delete(oldest);
    return found;
  };
}

interface Store<Subject, Kept> {
  get(subject: Subject): Kept | undefined;
  set(subject: Subject, kept: Kept): unknown;
  delete(subject: Subject): unknown;
}

function askedOf<Subject, Rest extends readonly unknown[], Answer>(
  known: Store<Subject, RememberedWhile<Rest, Answer>>,
  answer: (subject: Subject, ...rest: Rest) => Answer,
): (subject: Subject, ...rest: Rest) => Answer {
  return (subject, ...rest) => {
    const remembered = known.get(subject);
    if (remembered?.rest.every((one, index) => one === rest[index])) return remembered.answer;
    const made = { rest, answer: answer(subject, ...rest) };
    known.delete(subject);
    known.set(subject, made);
    return made.answer;
  };
}

/**
 * Likewise for texts, which have no identity: words, scripts and instructions that are the same from one version of a
 * file to the next.
 *
 * @param most texts that are remembered; when there are more, all are forgotten
 */
export function oncePerText<Answer>(
  most: number,
  answer: (text: string) => Answer,
): (text: string) => Answer {
  const known = new Map<string, Remembered<Answer>>();
  return text => {
    const remembered = known.get(text);
    if (remembered) return remembered.answer;
    const made = { answer: answer(text) };
    if (known.size >= most) known.clear();
    known.set(text, made);
    return made.answer;
  };
}

interface Parsed {
  readonly text: string;
}

/** How many files are remembered, and how many UTF-16 units of text they may have together. */
export interface RecentFilesLimits {
  readonly files: number;
  readonly length: number;
}

interface Reading<File> {
  readonly path: string;
  readonly text: string;
  readonly steps: Iterator<void, File>;
  file: File | undefined;
}

/** What was read of files, by path: those that were set last, within limits, and always the very last one. */
export class RecentFiles<File extends Parsed> {
  private readonly files = new Map<string, File>();
  private length = 0;
  /** What was begun last. */
  private reading: Reading<File> | undefined;

  constructor(private readonly most: RecentFilesLimits) {}

  /**
   * What is read of a text, in steps. Who asks for one that somebody else is reading goes on with it.
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

  /** What was read of the path last, of whatever text. */
  of(path: string): File | undefined {
    return this.files.get(path);
  }

  set(path: string, file: File): File {
    this.forget(path);
    this.files.set(path, file);
    this.length += file.text.length;
    for (const oldest of this.files.keys()) {
      if (oldest === path || (this.files.size <= this.most.files && this.length <= this.most.length)) break;
      this.forget(oldest);
    }
    return file;
  }

  private forget(path: string): void {
    this.length -= this.files.get(path)?.text.length ?? 0;
    this.files.delete(path);
  }
}

/**
 * What parsers of a language keep of the files that they read last: the builds of a Compose file, its findings and what
 * others say of it ask for the same model one after the other.
 */
export const LAST_PARSED: RecentFilesLimits = { files: 8, length: 4_000_000 };
