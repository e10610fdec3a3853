// Lists of numbers that grow to millions: no objects, and no copy of everything whenever they grow.

const SHIFT = 12;
/** Numbers are kept in pieces of so many. */
const PIECE = 2 ** SHIFT;
const WITHIN = PIECE - 1;

type Numbers = Int32Array | Float64Array;

class NumberList<Piece extends Numbers> {
  private readonly pieces: Piece[] = [];
  private count = 0;

  constructor(private readonly newPiece: (length: number) => Piece) {}

  get length(): number {
    return this.count;
  }

  push(value: number): number {
    const index = this.count++;
    if (index >> SHIFT === this.pieces.length) this.pieces.push(this.newPiece(PIECE));
    this.set(index, value);
    return index;
  }

  /** 0 beyond the end. */
  at(index: number): number {
    return this.pieces[index >> SHIFT]?.[index & WITHIN] ?? 0;
  }

  set(index: number, value: number): void {
    const piece = this.pieces[index >> SHIFT];
    if (piece) piece[index & WITHIN] = value;
  }

  /** Forgets all of them, and keeps the room. */
  clear(): void {
    this.count = 0;
  }

  /** Makes it as long as another list, with zeros. */
  growTo(length: number): void {
    this.count = Math.max(this.count, length);
    while (this.pieces.length * PIECE < this.count) this.pieces.push(this.newPiece(PIECE));
  }
}

export class IntList extends NumberList<Int32Array> {
  constructor() {
    super(length => new Int32Array(length));
  }
}

export class FloatList extends NumberList<Float64Array> {
  constructor() {
    super(length => new Float64Array(length));
  }
}
