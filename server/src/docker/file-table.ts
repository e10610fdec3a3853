import type { LayerScratch } from './layer-scratch';
import { FloatList, IntList } from './numbers';
import { NOWHERE, type PathTree, type Place, tooMuch } from './path-tree';

/** An entry of a layer's archive, as far as weighing needs it. */
export interface ArchiveEntry {
  /** As the archive writes it: `./usr/bin/x`, `usr/bin/`. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly bytes: number;
  /** Of a hard link: the path that the file has already. */
  readonly target?: string;
}

/** The number of a file in a `FileTable`, which may have several names: its bytes are there once. */
export type Inode = number;

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** What stands for the inode of a folder. */
const FOLDER: Inode = -1;

/** What one layer does to the file system: which paths it brings and which it takes away. No contents. */
export class FileTable {
  /** Paths of older layers that are deleted. */
  readonly deleted = new Set<Place>();
  /** Folders of which everything from older layers is deleted. */
  readonly emptied = new Set<Place>();
  /** Texts of the lists of files that Python distributions install, by path without a leading slash. */
  readonly records = new Map<string, string>();
  private readonly places = new IntList();
  /** For each entry. */
  private readonly inodes = new IntList();
  /** For each inode. */
  private readonly bytes = new FloatList();
  /** For each inode: how many entries are names of it. */
  private readonly names = new IntList();

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
    return this.inodes.at(entry) === FOLDER;
  }

  /** How many inodes there are; each is a number below it. */
  get inodeCount(): number {
    return this.bytes.length;
  }

  /** Of an entry that is no folder. */
  inodeOf(entry: number): Inode {
    return this.inodes.at(entry);
  }

  /** How many names an inode has in the layer; 0 where each has been taken by another file. */
  namesOf(inode: Inode): number {
    return this.names.at(inode);
  }

  /** Bytes of a file; 0 for what is none. All names of a file have the same. */
  bytesOf(entry: number): number {
    return this.isFolder(entry) ? 0 : this.bytes.at(this.inodes.at(entry));
  }

  /**
   * Source: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts
   *
   * @throws DockerError `unreadable` where there are more of them than are read
   */
  add({ path: written, kind, bytes, target }: ArchiveEntry): void {
    if (this.length + this.deleted.size + this.emptied.size >= this.most) {
      throw tooMuch('more files and folders than Plimsoll reads');
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
    else this.put(this.tree.add(path), this.linked(target) ?? this.newInode(bytes));
  }

  addRecord(path: string, text: string): void {
    this.records.set(normalPath(path), text);
  }

  /** Everything has been added: the next layer may use the scratch. */
  finish(): void {
    for (let entry = 0; entry < this.length; entry++) this.scratch.entryOf.set(this.place(entry), 0);
  }

  /** The file that has a path in this layer already. */
  private linked(target: string | undefined): Inode | undefined {
    if (target === undefined) return undefined;
    const place = this.tree.find(normalPath(target));
    const entry = place === NOWHERE ? NOWHERE : this.entryAt(place);
    return entry === NOWHERE || this.isFolder(entry) ? undefined : this.inodeOf(entry);
  }

  private newInode(bytes: number): Inode {
    this.names.push(0);
    return this.bytes.push(bytes);
  }

  /** Of several entries for one path the last one counts, as when they are unpacked. */
  private put(place: Place, inode: Inode): void {
    const entry = this.entryAt(place);
    if (entry === NOWHERE) {
      this.inodes.push(inode);
      this.scratch.entryOf.set(place, this.places.push(place) + 1);
    } else {
      this.countName(this.inodes.at(entry), -1);
      this.inodes.set(entry, inode);
    }
    this.countName(inode, 1);
  }

  private countName(inode: Inode, change: number): void {
    if (inode !== FOLDER) this.names.set(inode, this.names.at(inode) + change);
  }

  private entryAt(place: Place): number {
    const { entryOf } = this.scratch;
    entryOf.growTo(this.tree.size);
    return entryOf.at(place) - 1;
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
