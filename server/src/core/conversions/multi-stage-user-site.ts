import { dockerfileConversion } from '../rule';
import { packageOffers } from '../stages/python/split-packages';
import { BY_USER_SITE } from '../stages/python/ways';

export const multiStageUserSite = dockerfileConversion({
  meta: {
    id: 'multi-stage-user-site',
    title: 'Convert to a multi-stage build with pip install --user',
    since: '0.1.0',
    summary: 'A builder stage runs `pip install --user`; the final stage copies `.local` and sets the PATH',
    safety: 'unsafe',
  },
  offers: packageOffers(BY_USER_SITE),
});
