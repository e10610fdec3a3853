import type { LayerContents } from './contents';
import type { LayerScratch } from './layer-scratch';
import { summaryOf } from './layer-summary';
import { FloatList, IntList } from './numbers';
import { type PathTree, type Place, tooMuch } from './path-tree';

/** An entry of a layer's archive, as far as weighing needs it. */
export interface ArchiveEntry {
  /** As the archive writes it: `./usr/bin/x`, `usr/bin/`. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'other';
  readonly bytes: number;
}

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** What stands for the bytes of a folder. */
const FOLDER = -1;

/** What one layer does to the file system: which paths it brings and which it takes away. No contents. */
export class FileTable {
  /** Paths of older layers that are deleted. */
  readonly deleted = new Set<Place>();
  /** Folders of which everything from older layers is deleted. */
  readonly emptied = new Set<Place>();
  /** Texts of the lists of files that Python distributions install, by path without a leading slash. */
  readonly records = new Map<string, string>();
  private readonly places = new IntList();
  private readonly bytes = new FloatList();

  /**
   * @param scratch of nobody else until `finish`
   * @param most how many entries and deletions it may have
   */
  constructor(
    private readonly tree: PathTree,
    private readonly scratch: LayerScratch,
    private readonly most: number,
  ) {}

  /** Files, folders and what else the layer brings. */
  get length(): number {
    return this.places.length;
  }

  place(entry: number): Place {
    return this.places.at(entry);
  }

  isFolder(entry: number): boolean {
    return this.bytes.at(entry) === FOLDER;
  }

  /** Bytes of a file; 0 for what is none. */
  bytesOf(entry: number): number {
    return Math.max(this.bytes.at(entry), 0);
  }

  /**
   * Source: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts
   *
   * @throws DockerError `unreadable` where there are more of them than are read
   */
  add({ path: written, kind, bytes }: ArchiveEntry): void {
    if (this.length + this.deleted.size + this.emptied.size >= this.most) {
      throw tooMuch('more files and folders than are read');
    }
    const path = normalPath(written);
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(slash, 0));
    const name = path.slice(slash + 1);
    if (name === OPAQUE) this.emptied.add(this.tree.add(folder));
    else if (name.startsWith('.wh..wh.')) return;
    else if (name.startsWith(WHITEOUT))
      this.deleted.add(this.tree.add(joinPath(folder, name.slice(WHITEOUT.length))));
    else if (kind === 'folder') this.put(this.tree.add(path), FOLDER);
    else this.put(this.tree.add(path), kind === 'file' ? bytes : 0);
  }

  addRecord(path: string, text: string): void {
    this.records.set(normalPath(path), text);
  }

  /** Everything has been added: says what the layer brings. */
  finish(): LayerContents {
    for (let entry = 0; entry < this.length; entry++) this.scratch.entryOf.set(this.place(entry), 0);
    return summaryOf(this, this.tree, this.scratch);
  }

  /** Of several entries for one path the last one counts, as when they are unpacked. */
  private put(place: Place, bytes: number): void {
    const { entryOf } = this.scratch;
    entryOf.growTo(this.tree.size);
    const entry = entryOf.at(place) - 1;
    if (entry >= 0) {
      this.bytes.set(entry, bytes);
      return;
    }
    this.bytes.push(bytes);
    entryOf.set(place, this.places.push(place) + 1);
  }
}

/** Without a leading slash, empty names, `.` and `..`; none leads out of the root folder. */
function normalPath(path: string): string {
  if (!ODD.test(path)) return path.endsWith('/') ? path.slice(0, -1) : path;
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names.join('/');
}

/** An empty name, `.` or `..` anywhere but at the end. */
const ODD = /^\/|\/\/|(?:^|\/)\.\.?(?:\/|$)/;

function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
