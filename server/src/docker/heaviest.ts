/** By code units, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

interface Weighed<Item> {
  readonly item: Item;
  readonly bytes: number;
}

/** The heaviest of many items, without keeping the others. Items of the same weight are ordered by their names. */
export class Heaviest<Item> {
  private kept: Weighed<Item>[] = [];
  /** Who weighs less is not among them. */
  private least = 0;

  constructor(
    private readonly wanted: number,
    private readonly nameOf: (item: Item) => string,
  ) {}

  add(item: Item, bytes: number): void {
    if (bytes < this.least) return;
    this.kept.push({ item, bytes });
    if (this.kept.length >= this.wanted * 10) this.sort();
  }

  /** Heaviest first. */
  all(): readonly Weighed<Item>[] {
    this.sort();
    return this.kept;
  }

  private sort(): void {
    const named = this.kept.map(kept => ({ kept, name: this.nameOf(kept.item) }));
    named.sort((a, b) => b.kept.bytes - a.kept.bytes || compareText(a.name, b.name));
    this.kept = named.slice(0, this.wanted).map(({ kept }) => kept);
    if (this.kept.length === this.wanted) this.least = this.kept.at(-1)?.bytes ?? 0;
  }
}
