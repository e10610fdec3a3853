import { FloatList, IntList } from './numbers';
import { type PathTree, type Place, ROOT } from './path-tree';

/** Notes for each place of an image's paths that one layer after the other needs while it is read: 0 in between. */
export class LayerScratch {
  /** The number of the place's entry in the layer, and 1 more. */
  readonly entryOf = new IntList();
  private readonly weights = new FloatList();
  private readonly heaviestInside = new FloatList();
  private readonly folders = new IntList();

  /** Adds the bytes of a file to all folders that it is in. */
  addFile(tree: PathTree, file: Place, bytes: number): void {
    this.weights.growTo(tree.size);
    for (let at = tree.parent(file); at > ROOT; at = tree.parent(at)) {
      const before = this.weights.at(at);
      if (before === 0) this.folders.push(at);
      this.weights.set(at, before + bytes);
    }
  }

  /** The folders that files were added to: their bytes, and those of the heaviest folder directly inside. Forgets them. */
  takeFolders(tree: PathTree, take: (folder: Place, bytes: number, heaviestInside: number) => void): void {
    this.heaviestInside.growTo(tree.size);
    this.eachFolder(folder => {
      const parent = tree.parent(folder);
      const bytes = this.weights.at(folder);
      if (bytes > this.heaviestInside.at(parent)) this.heaviestInside.set(parent, bytes);
    });
    this.eachFolder(folder => {
      take(folder, this.weights.at(folder), this.heaviestInside.at(folder));
    });
    this.eachFolder(folder => {
      this.weights.set(folder, 0);
      this.heaviestInside.set(folder, 0);
    });
    this.heaviestInside.set(ROOT, 0);
    this.folders.clear();
  }

  private eachFolder(visit: (folder: Place) => void): void {
    for (let index = 0; index < this.folders.length; index++) visit(this.folders.at(index));
  }
}
