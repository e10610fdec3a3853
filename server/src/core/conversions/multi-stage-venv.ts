import { dockerfileConversion } from '../rule';
import { offersToSplit } from '../stages/python/split-offer';

export const multiStageVenv = dockerfileConversion({
  meta: {
    id: 'multi-stage-venv',
    title: 'Fill a virtual environment in a stage of its own',
    since: '0.1.0',
    summary:
      'Compilers and headers stay in a builder stage that fills a virtual environment; the stage that ships copies it',
    safety: 'unsafe',
  },
  offers: offersToSplit('venv'),
});
