/**
 * How long an engine is waited for and how much of it is read. An engine is another program, on another machine
 * perhaps, and may be silent, endless or broken: every request ends by one of these. Handed in where tests need
 * shorter ones; `LIMITS` is what runs.
 */
export interface EngineLimits {
  /** Milliseconds until the connection is there, TLS included. */
  readonly connect: number;
  /** Milliseconds without a byte of an answer, before its first one and between two. */
  readonly silence: number;
  /** Milliseconds for a small answer from the request to its last byte: one that dribbles has bytes all the time. */
  readonly answer: number;
  /** Milliseconds for finding out which of the usual places has an engine. */
  readonly search: number;
  /** Bytes of a small answer: ten thousand images with their labels are about 20 MB. */
  readonly answerBytes: number;
  /** Lists and objects in a small answer; each takes some hundred bytes of memory, its text only one. */
  readonly answerParts: number;
  /** Entries of an image's history; Docker allows 127 layers, instructions without one come on top. */
  readonly historyEntries: number;
  /** Bytes of what an engine says of an error. */
  readonly errorBytes: number;
  /** Bytes of one event, which repeats the labels of its image. */
  readonly eventBytes: number;
  /** Milliseconds without a byte of an image's archive, once it has begun. */
  readonly archiveSilence: number;
  /** Bytes of an image that an engine prepares in a second before it sends the first byte of an archive. */
  readonly archivePreparing: number;
  /** Milliseconds for an archive altogether: one that dribbles has bytes all the time. */
  readonly archive: number;
  /** Bytes that an archive, and what is packed in it, may have whatever the image is said to weigh. */
  readonly archiveBytes: number;
  /** How many times the bytes that the image is said to weigh come on top. */
  readonly archiveFactor: number;
  /** Entries of an archive beside those of its layers. */
  readonly archiveEntries: number;
  /** Bytes of one description (JSON) in an archive. */
  readonly descriptionBytes: number;
  /** Bytes of all descriptions of an archive together. */
  readonly descriptionsBytes: number;
  /** Layers of an image; Docker allows 127. */
  readonly layers: number;
  /** Files, folders and deletions in all layers together. */
  readonly layerEntries: number;
  /** Bytes of the names of files and folders, each counted once for each place. */
  readonly nameBytes: number;
  /** UTF-16 units of a path; Linux opens none that is longer. */
  readonly path: number;
  /** Bytes of one list of files that a Python distribution installs. */
  readonly recordBytes: number;
  /** Bytes of all those lists together. */
  readonly recordsBytes: number;
}

const KB = 1024;
const MB = 1024 * KB;

export const LIMITS: EngineLimits = {
  connect: 5_000,
  silence: 10_000,
  answer: 14_000,
  search: 14_000,
  answerBytes: 64 * MB,
  answerParts: 1_000_000,
  historyEntries: 2_000,
  errorBytes: 64 * KB,
  eventBytes: MB,
  archiveSilence: 14_000,
  // The classic image store writes all layers to a temporary folder first, on slow disks at 20 MB/s.
  archivePreparing: 20 * MB,
  archive: 3_600_000,
  // A million empty files are 1.5 GB of headers in an image of no bytes.
  archiveBytes: 8_000_000_000,
  // The containerd image store may state compressed bytes; text packs to a tenth, a bomb to a thousandth.
  archiveFactor: 20,
  archiveEntries: 10_000,
  descriptionBytes: 16 * MB,
  descriptionsBytes: 64 * MB,
  layers: 1_000,
  layerEntries: 4_000_000,
  nameBytes: 128 * MB,
  path: 4_096,
  recordBytes: 16 * MB,
  recordsBytes: 64 * MB,
};

/** Bytes that the archive of an image, and what is packed in it, may have. @param stated as the engine weighs the image */
export function mostArchiveBytes(stated: number, limits: EngineLimits): number {
  return limits.archiveBytes + limits.archiveFactor * stated;
}

/** Milliseconds that an engine may take before the first byte of an archive. @param stated as the engine weighs the image */
export function preparingTime(stated: number, limits: EngineLimits): number {
  return Math.min(limits.archiveSilence + (stated / limits.archivePreparing) * 1000, limits.archive);
}

/** Milliseconds for people: `10 s`. */
export function formatTime(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${Math.round(milliseconds / 1000)} s`;
}
