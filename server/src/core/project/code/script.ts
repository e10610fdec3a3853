import type { CalledProgram } from './facts';
import { COMPUTED } from './tokens';

/** A text for a shell: what is computed in it becomes a word. */
export function shellScript(text: string): CalledProgram {
  return { kind: 'script', text: text.replaceAll(COMPUTED, 'COMPUTED') };
}

/** A program by its name or path; none where it is computed. */
export function program(text: string): CalledProgram | undefined {
  return text === '' || text.includes(COMPUTED) ? undefined : { kind: 'program', name: text };
}
