import data from './rust-libraries.json';
import { entryOf } from './table';

/** What a crate needs of the system when a program of it runs. */
export interface CrateNeeds {
  /** Debian's packages of headers that stand for the libraries. */
  readonly headers: readonly string[];
  /** Debian's packages themselves. */
  readonly packages: readonly string[];
}

const NOTHING: CrateNeeds = { headers: [], packages: [] };

/** A name that says that the crate stands for a library of another language. */
const FOREIGN = /[-_]sys(\d*$|[-_])|[-_]src$/;

/** Undefined for a crate that may link with anything. */
export function crateNeeds(crate: string): CrateNeeds | undefined {
  // A build script asks pkg-config first, and the full image of Rust holds the headers of most libraries.
  const headers = entryOf(data.shared, crate);
  if (headers) return { headers, packages: [] };
  // A program with C++ in it loads its standard library.
  if (data.cpp.includes(crate)) return { headers: [], packages: ['libstdc++6'] };
  const mayLink = FOREIGN.test(crate) || data.foreign.includes(crate);
  return data.bundled.includes(crate) || !mayLink ? NOTHING : undefined;
}
