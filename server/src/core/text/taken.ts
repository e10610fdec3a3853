import { areDisjoint, type Edit } from './edit';

/** The edits that are taken of one text, kept in order: whether another fits beside them is a look at two of them. */
export class TakenEdits {
  private readonly edits: Edit[] = [];

  /** True where none of some edits, which are apart from each other, touches what is taken. */
  areFree(edits: readonly Edit[]): boolean {
    return edits.every(edit => {
      const at = this.placeOf(edit);
      // An empty edit in between may be at the end of the one before it.
      return areDisjoint([...this.edits.slice(Math.max(0, at - 2), at + 2), edit]);
    });
  }

  take(edits: readonly Edit[]): void {
    for (const edit of edits) this.edits.splice(this.placeOf(edit), 0, edit);
  }

  private placeOf({ span }: Edit): number {
    let low = 0;
    let high = this.edits.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.edits[middle]?.span;
      const isBefore =
        other && (other.start < span.start || (other.start === span.start && other.end <= span.end));
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
