import { dockerfileConversion } from '../rule';
import { offersToSplit } from '../stages/python/split-offer';

export const multiStageUserSite = dockerfileConversion({
  meta: {
    id: 'multi-stage-user-site',
    title: "Install packages into a builder's home folder and copy it",
    since: '0.1.0',
    summary:
      'A builder stage runs `pip install --user`; the stage that ships copies `.local` and sets the PATH',
    safety: 'unsafe',
  },
  offers: offersToSplit('user-site'),
});
