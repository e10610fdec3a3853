import { dockerfileConversion } from '../rule';
import { stageOffers } from '../stages/ecosystem';
import { GO } from '../stages/go';

export const multiStageGo = dockerfileConversion({
  meta: {
    id: 'multi-stage-go',
    title: 'Build the Go program in a stage of its own',
    since: '0.2.0',
    summary:
      'The Go toolchain stays in a builder stage; what ships is the program with the files that it reads',
    safety: 'unsafe',
  },
  offers: stageOffers(GO),
});
