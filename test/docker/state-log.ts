import { EventEmitter, once } from 'node:events';
import type { EngineState, ImageSummary } from '../../server/src/protocol';

/** The states that a watch has told. */
export class StateLog {
  readonly states: EngineState[] = [];
  private readonly told = new EventEmitter();

  readonly add = (state: EngineState): void => {
    this.states.push(state);
    this.told.emit('state');
  };

  /** Resolves with the last state as soon as it is one that is wanted. */
  async until(wanted: (state: EngineState) => boolean): Promise<EngineState> {
    for (;;) {
      const last = this.states.at(-1);
      if (last && wanted(last)) return last;
      await once(this.told, 'state');
    }
  }

  untilKind(kind: EngineState['kind']): Promise<EngineState> {
    return this.until(state => state.kind === kind);
  }

  get kinds(): readonly string[] {
    return this.states.map(state => (state.kind === 'unavailable' ? state.reason : state.kind));
  }
}

export function imageTagged(state: EngineState, tag: string): ImageSummary | undefined {
  if (state.kind !== 'connected') return undefined;
  return state.images.find(image => image.tags.includes(tag));
}
