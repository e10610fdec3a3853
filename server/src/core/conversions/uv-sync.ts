import { dockerfileConversion } from '../rule';
import { offersToSplit } from '../stages/python/split-offer';

export const uvSync = dockerfileConversion({
  meta: {
    id: 'uv-sync',
    title: 'Run uv sync in a stage of its own',
    since: '0.1.0',
    summary:
      'A builder stage runs a locked `uv sync` with a cache mount; the stage that ships copies the environment, without uv',
    safety: 'unsafe',
  },
  offers: offersToSplit('uv-sync'),
});
