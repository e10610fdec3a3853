import { dockerfileConversion } from '../rule';
import { packageOffers } from '../stages/python/split-packages';
import { BY_WHEELS } from '../stages/python/ways';

export const multiStageWheels = dockerfileConversion({
  meta: {
    id: 'multi-stage-wheels',
    title: 'Convert to a multi-stage build with wheels',
    since: '0.1.0',
    summary:
      'Compilers and headers stay in a builder stage that builds a wheel of every package; the final stage installs the wheels',
    safety: 'unsafe',
  },
  offers: packageOffers(BY_WHEELS),
});
