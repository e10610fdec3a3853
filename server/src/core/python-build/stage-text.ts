import type { Dockerfile, Instruction } from '../dockerfile/model';
import { type Lines, linesOf } from '../text/lines';
import { type Span, span } from '../text/span';

/** The text of a file as its instructions and the comments above them. */
export class StageText {
  protected readonly lines: Lines;

  constructor(protected readonly file: Dockerfile) {
    this.lines = linesOf(file.text);
  }

  protected sourceOf(at: Span): string {
    return this.file.text.slice(at.start, at.end);
  }

  protected hasGapBefore(instruction: Instruction, previous: Instruction): boolean {
    return /\n[ \t]*\r?\n/.test(this.file.text.slice(previous.span.end, instruction.span.start));
  }

  /** The comment lines that stand directly above an instruction, with their line breaks, and where it all begins. */
  protected commentsAbove(instruction: Instruction): { text: string; at: Span } {
    const line = this.lines.lineOf(instruction.span.start);
    let first = line;
    while (first > 0 && this.isComment(first - 1)) first--;
    const start = this.lines.startOf(first);
    return {
      text: this.file.text.slice(start, this.lines.startOf(line)),
      at: span(first === line ? instruction.span.start : start, instruction.span.end),
    };
  }

  protected isComment(line: number): boolean {
    const start = this.lines.startOf(line);
    const end = this.lines.endOf(line);
    return this.file.comments.some(
      ({ span: at, inInstruction }) => !inInstruction && start <= at.start && at.end <= end,
    );
  }
}
