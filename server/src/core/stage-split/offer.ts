import type { Evidence, Offer } from '../rule';
import type { StageSplit } from './plan';
import { renderStageSplit, type Sides } from './render';

/** Offers to part a stage into one that builds and one that ships, at that stage; the edits are made when asked for. */
export function offerOfSplit(split: StageSplit, sides: Sides, gain?: Evidence): Offer {
  return {
    kind: 'offer',
    at: split.stage.span,
    ...(gain ? { gain } : {}),
    changes: () => [{ kind: 'edit', path: split.file.path, edits: renderStageSplit(split, sides) }],
  };
}
