import type { Dockerfile, Instruction } from './model';

/** An instruction on one line as the file has it, comments dropped and white space collapsed: `RUN a && b`. */
export function writtenInstruction({ text }: Dockerfile, instruction: Instruction): string {
  const flags = instruction.flags.map(({ span: at }) => text.slice(at.start, at.end));
  const document = instruction.heredocs[0];
  const body = document ? [text.slice(document.body.start, document.body.end)] : [];
  return [instruction.keyword.text.toUpperCase(), ...flags, instruction.args.text, ...body]
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
}
