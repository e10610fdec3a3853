import type { Dockerfile, Instruction, Stage } from '../core/dockerfile/model';
import { rootBase, stageNamed } from '../core/dockerfile/stage-graph';
import { writtenInstruction } from '../core/dockerfile/written-instruction';
import { linesOf } from '../core/text/lines';
import { type Alignment, align } from './align';
import type { HistoryEntry } from './engine';
import { likeness } from './likeness';
import { readable, readEntry } from './recorded';
import { type Written, writtenInstructions } from './written';

/** One entry of an image's history, tied to the Dockerfile where that is sure. */
export interface HistoryRow {
  /** Its place in the history, 0 for the oldest. */
  readonly index: number;
  readonly bytes: number;
  /** As a person wrote it: `RUN pip install …`. */
  readonly instruction: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Zero-based line of the Dockerfile on which the instruction that made it begins. */
  readonly line?: number;
  /** True where the image that the Dockerfile builds on brought it. */
  readonly base: boolean;
}

export interface BuildFacts {
  /** The stage that was built, by name or number; the last one where nothing is said. */
  readonly target?: string | undefined;
  /** How many of the oldest entries are the base image's, where that is known. */
  readonly baseEntries?: number | undefined;
}

/**
 * Ties an image's history to the Dockerfile that it was built from.
 *
 * @param history oldest first
 */
export function layersOf(
  history: readonly HistoryEntry[],
  dockerfile?: Dockerfile,
  facts: BuildFacts = {},
): HistoryRow[] {
  const stage = dockerfile && builtStage(dockerfile, facts.target);
  if (!dockerfile || !stage) {
    return history.map((entry, index) => row(entry, index, index < (facts.baseEntries ?? 0)));
  }
  const baseEntries = rootBase(dockerfile, stage).kind === 'scratch' ? 0 : facts.baseEntries;
  const tied = tie(history, dockerfile, writtenInstructions(dockerfile, stage), baseEntries);
  const lines = linesOf(dockerfile.text);
  return history.map((entry, index) => {
    const written = tied.written.get(index);
    const base = index < tied.baseEntries;
    if (!written) return row(entry, index, base);
    return {
      ...row(entry, index, base),
      instruction: writtenInstruction(dockerfile, written.shown),
      line: lines.lineOf(written.shown.span.start),
    };
  });
}

/** How many entries an image shares with the image that it is built on; undefined where it is not. */
export function sharedEntries(
  history: readonly HistoryEntry[],
  baseHistory: readonly HistoryEntry[],
): number | undefined {
  const shared = baseHistory.every((entry, index) => {
    const own = history[index];
    return (
      own?.createdBy === entry.createdBy && own.createdAt === entry.createdAt && own.bytes === entry.bytes
    );
  });
  return shared ? baseHistory.length : undefined;
}

function builtStage(dockerfile: Dockerfile, target: string | undefined): Stage | undefined {
  return (target === undefined ? undefined : stageNamed(dockerfile, target)) ?? dockerfile.stages.at(-1);
}

interface Tied {
  readonly written: ReadonlyMap<number, Written>;
  readonly baseEntries: number;
}

function tie(
  history: readonly HistoryEntry[],
  dockerfile: Dockerfile,
  instructions: readonly Written[],
  baseEntries: number | undefined,
): Tied {
  const first = baseEntries ?? 0;
  const recorded = history.slice(first).map(readEntry);
  const alignment = align({
    entries: recorded.length,
    instructions: instructions.length,
    likeness: (entry, instruction) => {
      const [told, written] = [recorded[entry], instructions[instruction]];
      return told && written ? likeness(written, told, dockerfile.text) * weight(written) : 0;
    },
    isOptional: instruction => instructions[instruction]?.optional ?? false,
  });
  const oldest = oldestSure(alignment, instructions, baseEntries);
  const written = new Map<number, Written>();
  for (const [entry, instruction] of alignment.pairs) {
    const found = instructions[instruction];
    if (found && entry >= oldest) written.set(first + entry, found);
  }
  return { written, baseEntries: baseEntries ?? baseOf(history.length, alignment, oldest) };
}

function baseOf(entries: number, { pairs, complete }: Alignment, oldest: number): number {
  if (complete) return entries - pairs.size;
  return oldest === Number.POSITIVE_INFINITY ? 0 : oldest;
}

const MAKES_LAYER = new Set<Instruction['kind']>(['RUN', 'COPY', 'ADD']);

/** What makes a layer says more than settings, which base images often have as well. */
function weight({ instruction }: Written): number {
  return MAKES_LAYER.has(instruction.kind) ? 10 : 1;
}

/**
 * From which entry on the pairs count. Where the file has changed and the base image's end is not known, a CMD
 * or an ENV may just as well be the base image's; only what makes a layer is taken as the file's own.
 */
function oldestSure(
  { pairs, complete }: Alignment,
  instructions: readonly Written[],
  baseEntries: number | undefined,
): number {
  if (baseEntries !== undefined) return 0;
  const entries = [...pairs].filter(
    ([, instruction]) => complete || MAKES_LAYER.has(instructions[instruction]?.instruction.kind ?? 'FROM'),
  );
  return Math.min(...entries.map(([entry]) => entry));
}

function row(entry: HistoryEntry, index: number, base: boolean): HistoryRow {
  return { index, bytes: entry.bytes, instruction: readable(entry), createdAt: entry.createdAt, base };
}
