import { dockerfileConversion } from '../rule';
import { offersToSplit } from '../stages/python/split-offer';

export const multiStageUserSite = dockerfileConversion({
  meta: {
    id: 'multi-stage-user-site',
    title: 'Convert to a multi-stage build with pip install --user',
    since: '0.1.0',
    summary: 'A builder stage runs `pip install --user`; the final stage copies `.local` and sets the PATH',
    safety: 'unsafe',
  },
  offers: offersToSplit('user-site'),
});
