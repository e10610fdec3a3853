import { dockerfileConversion } from '../rule';
import { offersToSplit } from '../stages/python/split-offer';

export const multiStageWheels = dockerfileConversion({
  meta: {
    id: 'multi-stage-wheels',
    title: 'Build wheels in a stage of their own',
    since: '0.1.0',
    summary:
      'Compilers and headers stay in a builder stage that turns every package into a wheel; the stage that ships installs those wheels',
    safety: 'unsafe',
  },
  offers: offersToSplit('wheels'),
});
