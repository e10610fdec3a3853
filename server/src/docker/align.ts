/** Two sequences to be aligned, oldest first. */
export interface Sequences {
  readonly entries: number;
  readonly instructions: number;
  /** How surely the instruction made the entry; 0 where it did not. */
  likeness(entry: number, instruction: number): number;
  /** True for an instruction that some builders leave no entry for. */
  isOptional(instruction: number): boolean;
}

export interface Alignment {
  /** The instruction of each entry that has one. */
  readonly pairs: ReadonlyMap<number, number>;
  /** True where every instruction found its entry, with nothing between them: the file is as it was built. */
  readonly complete: boolean;
}

/**
 * Ties entries of a history to instructions. Where the file has changed since the build, an entry is tied only
 * if all best alignments tie it to the same instruction: no instruction rather than a wrong one.
 */
export function align(sequences: Sequences): Alignment {
  return alignWhole(sequences) ?? { pairs: alignParts(sequences), complete: false };
}

/** The file makes the newest entries, all of them: walk back from the end. */
function alignWhole({ entries, instructions, likeness, isOptional }: Sequences): Alignment | undefined {
  const pairs = new Map<number, number>();
  let entry = entries - 1;
  for (let instruction = instructions - 1; instruction >= 0; instruction--) {
    if (entry >= 0 && likeness(entry, instruction) > 0) pairs.set(entry--, instruction);
    else if (!isOptional(instruction)) return undefined;
  }
  return { pairs, complete: true };
}

function alignParts(sequences: Sequences): Map<number, number> {
  const { entries, instructions } = sequences;
  const likeness = table(entries, instructions, (i, j) => sequences.likeness(i, j));
  const before = bestBefore(likeness, entries, instructions);
  const after = bestAfter(likeness, entries, instructions);
  const best = at(before, entries, instructions);
  const pairs = new Map<number, number>();
  for (let i = 0; i < entries; i++) {
    const optimal = range(instructions).filter(
      j => at(likeness, i, j) > 0 && at(before, i, j) + at(likeness, i, j) + at(after, i + 1, j + 1) === best,
    );
    const free = range(instructions + 1).some(j => at(before, i, j) + at(after, i + 1, j) === best);
    const [only] = optimal;
    if (only !== undefined && optimal.length === 1 && !free) pairs.set(i, only);
  }
  return pairs;
}

type Table = readonly (readonly number[])[];

/** `[i][j]`: the best score of the first `i` entries and the first `j` instructions. */
function bestBefore(likeness: Table, entries: number, instructions: number): Table {
  const scores = table(entries + 1, instructions + 1, () => 0);
  for (let i = 1; i <= entries; i++) {
    for (let j = 1; j <= instructions; j++) {
      const like = at(likeness, i - 1, j - 1);
      const tied = like > 0 ? at(scores, i - 1, j - 1) + like : 0;
      put(scores, i, j, Math.max(tied, at(scores, i - 1, j), at(scores, i, j - 1)));
    }
  }
  return scores;
}

/** `[i][j]`: the best score of the entries from `i` on and the instructions from `j` on. */
function bestAfter(likeness: Table, entries: number, instructions: number): Table {
  const scores = table(entries + 1, instructions + 1, () => 0);
  for (let i = entries - 1; i >= 0; i--) {
    for (let j = instructions - 1; j >= 0; j--) {
      const like = at(likeness, i, j);
      const tied = like > 0 ? at(scores, i + 1, j + 1) + like : 0;
      put(scores, i, j, Math.max(tied, at(scores, i + 1, j), at(scores, i, j + 1)));
    }
  }
  return scores;
}

function table(rows: number, columns: number, value: (row: number, column: number) => number): number[][] {
  return range(rows).map(row => range(columns).map(column => value(row, column)));
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

function at(scores: Table, row: number, column: number): number {
  return scores[row]?.[column] ?? 0;
}

function put(scores: number[][], row: number, column: number, value: number): void {
  const cells = scores[row];
  if (cells) cells[column] = value;
}
