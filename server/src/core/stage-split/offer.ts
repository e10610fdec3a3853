import { gainOver } from '../analysis/sizes/image-gain';
import type { Offer } from '../finding';
import type { EngineFacts } from '../project/engine';
import type { StageSplit } from './plan';
import { renderStageSplit, type Sides } from './render';

/** Offers to part a stage into one that builds and one that ships, at that stage; the edits are made when asked for. */
export function offerOfSplit(split: StageSplit, sides: Sides, engine: EngineFacts): Offer {
  return {
    kind: 'offer',
    at: split.stage.span,
    ...gainOver(split.stage, sides.image, engine),
    changes: () => [{ kind: 'edit', path: split.file.path, edits: renderStageSplit(split, sides) }],
  };
}
