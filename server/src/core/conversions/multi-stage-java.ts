import { dockerfileConversion } from '../rule';
import { stageOffers } from '../stages/ecosystem';
import { JAVA } from '../stages/java';

export const multiStageJava = dockerfileConversion({
  meta: {
    id: 'multi-stage-java',
    title: 'Build the Java program in a stage of its own',
    since: '0.2.0',
    summary:
      'Maven or Gradle, the compiler and all that they download stay in a builder stage; what ships is the jar on the runtime of the same Java release',
    safety: 'unsafe',
  },
  offers: stageOffers(JAVA),
});
