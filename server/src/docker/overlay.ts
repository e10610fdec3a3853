import type { WasteEntry } from './contents';
import type { FileTable } from './file-table';
import { IntList } from './numbers';
import { NOWHERE, type PathTree, type Place, ROOT } from './path-tree';

/** A copy of a file that a layer brings. */
export interface Copy {
  readonly layer: number;
  readonly bytes: number;
}

/** A copy that no container sees. */
export interface LostCopy extends Copy {
  readonly cause: WasteEntry['cause'];
  /** The layer that overwrote or deleted it. */
  readonly by: number;
}

/** What a container sees of the image's files. */
export interface SeenFiles {
  /** @param path without a leading slash */
  has(path: string): boolean;
  /** Bytes of files together, a file with several names once; 0 for paths without a file. */
  bytesOf(paths: Iterable<string>): number;
  /** Names of the files directly in a folder. */
  namesIn(folder: string): Iterable<string>;
}

/** The layers of an image on top of each other: of a path's copies, only the last one can still be seen. */
export class Overlay implements SeenFiles {
  private readonly copies: { readonly layers: IntList; readonly entries: IntList; readonly before: IntList };
  /** For each copy: 0 where it is seen, else the layer that took it away and how. */
  private readonly lost = new IntList();
  /** For each place: its last copy, and 1 more. */
  private readonly last = new IntList();
  /** For each place: how many copies at and below it are seen. */
  private readonly seen = new IntList();
  /**
   * For each inode of each layer: how many of its names are seen, or, where none is any more, the last one that was
   * lost, as a negative number: -1 for copy 0. From then on its bytes are lost, and not before.
   */
  private readonly reached = new IntList();
  /** For each layer: where its inodes begin in `reached`. */
  private readonly firstInode: number[] = [];

  /** @param layers oldest first */
  constructor(
    private readonly tree: PathTree,
    private readonly layers: readonly FileTable[],
  ) {
    this.copies = { layers: new IntList(), entries: new IntList(), before: new IntList() };
    this.last.growTo(tree.size);
    this.seen.growTo(tree.size);
    layers.forEach((layer, index) => {
      this.firstInode.push(this.reached.length);
      this.reached.growTo(this.reached.length + layer.inodeCount);
      this.apply(layer, index);
    });
  }

  has(path: string): boolean {
    return this.seenAt(path) !== NOWHERE;
  }

  bytesOf(paths: Iterable<string>): number {
    const inodes = new Set<number>();
    let bytes = 0;
    for (const path of paths) {
      const copy = this.seenAt(path);
      if (copy === NOWHERE || inodes.has(this.inode(copy))) continue;
      inodes.add(this.inode(copy));
      bytes += this.copy(copy).bytes;
    }
    return bytes;
  }

  *namesIn(folder: string): Generator<string> {
    const place = this.tree.find(folder);
    if (place === NOWHERE) return;
    for (const child of this.tree.children(place)) {
      if (this.seenCopy(child) !== NOWHERE) yield this.tree.name(child);
    }
  }

  /**
   * For each path that has lost copies: those, oldest first. A file with several names is lost with the last of them,
   * and at its path.
   */
  *lostCopies(): Generator<readonly [place: Place, lost: readonly LostCopy[]]> {
    for (let place = ROOT; place < this.tree.size; place++) {
      const lost: LostCopy[] = [];
      for (let copy = this.last.at(place) - 1; copy !== NOWHERE; copy = this.copies.before.at(copy) - 1) {
        const how = this.lost.at(copy);
        if (how !== 0 && this.reached.at(this.inode(copy)) === -1 - copy)
          lost.push({ ...this.copy(copy), ...taken(how) });
      }
      if (lost.length > 0) yield [place, lost.reverse()];
    }
  }

  // What a layer deletes was there before it, so deletions come before its own files.
  private apply(layer: FileTable, index: number): void {
    for (const folder of layer.emptied) this.loseInside(folder, takenBy(index, 'deleted'));
    for (const place of layer.deleted) this.lose(place, takenBy(index, 'deleted'));
    // A folder instead of a file, or a file instead of a folder, hides what was there.
    for (let entry = 0; entry < layer.length; entry++) {
      if (layer.isFolder(entry)) this.loseCopy(layer.place(entry), takenBy(index, 'overwritten'));
    }
    for (let entry = 0; entry < layer.length; entry++) {
      if (layer.isFolder(entry)) continue;
      const place = layer.place(entry);
      this.lose(place, takenBy(index, 'overwritten'));
      this.put(place, index, entry);
    }
  }

  private put(place: Place, layer: number, entry: number): void {
    const copy = this.lost.push(0);
    this.copies.layers.push(layer);
    this.copies.entries.push(entry);
    this.copies.before.push(this.last.at(place));
    this.last.set(place, copy + 1);
    const inode = this.inode(copy);
    this.reached.set(inode, Math.max(this.reached.at(inode), 0) + 1);
    this.count(place, 1);
  }

  /** With all that is in it. */
  private lose(place: Place, how: number): void {
    this.loseCopy(place, how);
    this.loseInside(place, how);
  }

  /** Without recursion: folders may be thousands deep. Where nothing is seen any more, nothing is looked for. */
  private loseInside(folder: Place, how: number): void {
    if (this.seen.at(folder) === 0) return;
    const open = [folder];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      for (
        let child = this.tree.firstChild(place);
        child !== NOWHERE && this.seen.at(place) > 0;
        child = this.tree.nextSibling(child)
      ) {
        if (this.seen.at(child) === 0) continue;
        this.loseCopy(child, how);
        if (this.seen.at(child) > 0) open.push(child);
      }
    }
  }

  private loseCopy(place: Place, how: number): void {
    const copy = this.seenCopy(place);
    if (copy === NOWHERE) return;
    this.lost.set(copy, how);
    const inode = this.inode(copy);
    const left = this.reached.at(inode) - 1;
    this.reached.set(inode, left > 0 ? left : -1 - copy);
    this.count(place, -1);
  }

  private count(place: Place, change: number): void {
    for (let at = place; at >= ROOT; at = this.tree.parent(at)) this.seen.set(at, this.seen.at(at) + change);
  }

  private seenCopy(place: Place): number {
    const copy = this.last.at(place) - 1;
    return copy !== NOWHERE && this.lost.at(copy) === 0 ? copy : NOWHERE;
  }

  private seenAt(path: string): number {
    const place = this.tree.find(path);
    return place === NOWHERE ? NOWHERE : this.seenCopy(place);
  }

  private inode(copy: number): number {
    const layer = this.copies.layers.at(copy);
    return (this.firstInode[layer] ?? 0) + (this.layers[layer]?.inodeOf(this.copies.entries.at(copy)) ?? 0);
  }

  private copy(copy: number): Copy {
    const layer = this.copies.layers.at(copy);
    return { layer, bytes: this.layers[layer]?.bytesOf(this.copies.entries.at(copy)) ?? 0 };
  }
}

/** The layer and the way in one number that is not 0. */
function takenBy(layer: number, cause: WasteEntry['cause']): number {
  return (layer + 1) * 2 + (cause === 'deleted' ? 1 : 0);
}

function taken(how: number): Pick<LostCopy, 'cause' | 'by'> {
  return { cause: how % 2 === 1 ? 'deleted' : 'overwritten', by: (how >> 1) - 1 };
}
