import { dockerfileConversion } from '../rule';
import { stageOffers } from '../stages/ecosystem';
import { RUST } from '../stages/rust';

export const multiStageRust = dockerfileConversion({
  meta: {
    id: 'multi-stage-rust',
    title: 'Build the Rust program in a stage of its own',
    since: '0.2.0',
    summary:
      'Cargo, rustc and everything under `target` stay in a builder stage; what ships is the program with the libraries that it links with and the files that it reads',
    safety: 'unsafe',
  },
  offers: stageOffers(RUST),
});
