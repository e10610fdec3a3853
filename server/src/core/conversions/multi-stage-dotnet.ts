import { dockerfileConversion } from '../rule';
import { DOTNET } from '../stages/dotnet';
import { stageOffers } from '../stages/ecosystem';

export const multiStageDotnet = dockerfileConversion({
  meta: {
    id: 'multi-stage-dotnet',
    title: 'Publish the .NET program in a stage of its own',
    since: '0.2.0',
    summary:
      'The SDK and all packages that it downloads stay in a builder stage; what ships is the published folder on the runtime of the same release',
    safety: 'unsafe',
  },
  offers: stageOffers(DOTNET),
});
