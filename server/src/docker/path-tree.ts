import { DockerError } from './errors';
import type { EngineLimits } from './limits';
import { IntList } from './numbers';

/** The number of a path in a `PathTree`. */
export type Place = number;

/** The place of the root folder, whose path is empty. */
export const ROOT: Place = 0;

/** What `find` gives for a path that is not there. */
export const NOWHERE: Place = -1;

const SLASH = '/'.charCodeAt(0);

/**
 * The paths of an image, all layers together: a place for each file and each folder above one, in numbers and
 * bytes. A million files take about 60 MB; as texts, maps and objects they take ten times that.
 */
export class PathTree {
  private readonly parents = new IntList();
  private readonly firstChildren = new IntList();
  private readonly nextSiblings = new IntList();
  private readonly nameStarts = new IntList();
  private names = Buffer.alloc(64 * 1024);
  private namesEnd = 0;
  /** Places by parent and name, open addressing; 0 is free, since nobody looks the root up. */
  private slots = new Int32Array(2 ** 12);
  private readonly scratch: Buffer;

  constructor(private readonly limits: Pick<EngineLimits, 'layerEntries' | 'nameBytes' | 'path'>) {
    // UTF-8 takes at most three bytes for a unit of UTF-16.
    this.scratch = Buffer.alloc(limits.path * 3);
    this.addPlace(NOWHERE, 0, 0);
  }

  /** How many places there are; each is a number below it. */
  get size(): number {
    return this.parents.length;
  }

  /**
   * The place of a path, made where it is not there yet.
   *
   * @param path normal, without a leading slash
   * @throws DockerError `unreadable` where there are more paths, or longer ones, than are read
   */
  add(path: string): Place {
    if (path.length > this.limits.path) throw tooMuch('a path longer than Linux can open');
    const length = this.scratch.write(path, 'utf8');
    return this.walk(length, (parent, start, end, slot) => this.make(parent, start, end, slot));
  }

  find(path: string): Place {
    if (path.length > this.limits.path) return NOWHERE;
    const length = this.scratch.write(path, 'utf8');
    return this.walk(length, () => NOWHERE);
  }

  parent(place: Place): Place {
    return this.parents.at(place);
  }

  *children(place: Place): Generator<Place> {
    for (let child = this.firstChild(place); child !== NOWHERE; child = this.nextSibling(child)) yield child;
  }

  firstChild(place: Place): Place {
    return this.firstChildren.at(place) - 1;
  }

  nextSibling(place: Place): Place {
    return this.nextSiblings.at(place) - 1;
  }

  name(place: Place): string {
    return this.names.toString('utf8', this.nameStarts.at(place), this.nameEnd(place));
  }

  /** Without a leading slash. */
  path(place: Place): string {
    const names: string[] = [];
    for (let at = place; at > ROOT; at = this.parents.at(at)) names.push(this.name(at));
    return names.reverse().join('/');
  }

  /** From name to name of the path in `scratch`; `missing` is the value for a missing one. */
  private walk(
    length: number,
    missing: (parent: Place, start: number, end: number, slot: number) => Place,
  ): Place {
    let place = ROOT;
    for (let start = 0; start < length && place !== NOWHERE; ) {
      let end = start;
      while (end < length && this.scratch[end] !== SLASH) end++;
      const slot = this.slotOf(place, start, end);
      place = this.slots[slot] || missing(place, start, end, slot);
      start = end + 1;
    }
    return place;
  }

  private make(parent: Place, start: number, end: number, slot: number): Place {
    if (this.size > this.limits.layerEntries) throw tooMuch('more files and folders than Plimsoll reads');
    const place = this.addPlace(parent, start, end);
    this.nextSiblings.set(place, this.firstChildren.at(parent));
    this.firstChildren.set(parent, place + 1);
    this.slots[slot] = place;
    if (this.size * 2 > this.slots.length) this.growSlots();
    return place;
  }

  private addPlace(parent: Place, start: number, end: number): Place {
    const nameStart = this.namesEnd;
    this.namesEnd += end - start;
    if (this.namesEnd > this.limits.nameBytes) throw tooMuch('longer names than Plimsoll reads');
    if (this.namesEnd > this.names.length) this.growNames();
    this.scratch.copy(this.names, nameStart, start, end);
    this.nameStarts.push(nameStart);
    this.firstChildren.push(0);
    this.nextSiblings.push(0);
    return this.parents.push(parent);
  }

  private nameEnd(place: Place): number {
    return place + 1 < this.size ? this.nameStarts.at(place + 1) : this.namesEnd;
  }

  /** Where the place stands that has this parent and name, or where it belongs. */
  private slotOf(parent: Place, start: number, end: number): number {
    const mask = this.slots.length - 1;
    let slot = hash(parent, this.scratch, start, end) & mask;
    for (let place = this.slots[slot]; place && !this.isNamed(place, parent, start, end); ) {
      slot = (slot + 1) & mask;
      place = this.slots[slot];
    }
    return slot;
  }

  private isNamed(place: Place, parent: Place, start: number, end: number): boolean {
    if (this.parents.at(place) !== parent) return false;
    const from = this.nameStarts.at(place);
    if (this.nameEnd(place) - from !== end - start) return false;
    for (let at = start; at < end; at++) {
      if (this.names[from + at - start] !== this.scratch[at]) return false;
    }
    return true;
  }

  private growSlots(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let place = ROOT + 1; place < this.size; place++) {
      const [start, end] = [this.nameStarts.at(place), this.nameEnd(place)];
      let slot = hash(this.parents.at(place), this.names, start, end) & mask;
      while (this.slots[slot]) slot = (slot + 1) & mask;
      this.slots[slot] = place;
    }
  }

  private growNames(): void {
    const larger = Buffer.alloc(Math.max(this.names.length * 1.5, this.namesEnd) | 0);
    this.names.copy(larger);
    this.names = larger;
  }
}

/**
 * A number for a parent and a name. With a secret of this process in it, so that nobody can write names that all
 * come to the same slot.
 */
function hash(parent: Place, bytes: Buffer, start: number, end: number): number {
  let sum = SECRET ^ parent;
  for (let at = start; at < end; at++) sum = Math.imul(sum ^ (bytes[at] ?? 0), 0x01000193);
  sum = Math.imul(sum ^ (sum >>> 15), 0x85ebca6b);
  return (sum ^ (sum >>> 13) ^ parent) >>> 0;
}

const SECRET = (Math.random() * 2 ** 32) | 0;

export function tooMuch(what: string): DockerError {
  return new DockerError('unreadable', `The image has ${what}.`);
}
