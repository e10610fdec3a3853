import { dockerfileConversion } from '../rule';
import { stageOffers } from '../stages/ecosystem';
import { NODE } from '../stages/node';

export const multiStageNode = dockerfileConversion({
  meta: {
    id: 'multi-stage-node',
    title: 'Build the Node project in a stage of its own',
    since: '0.2.0',
    summary:
      'Development dependencies and compilers stay in a builder stage; what ships is the built project with the dependencies of production on the slim twin of the image',
    safety: 'unsafe',
  },
  offers: stageOffers(NODE),
});
