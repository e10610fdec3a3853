// The only importer of dockerfile-ast.
import {
  type Dockerfile as AstDockerfile,
  type Heredoc as AstHeredoc,
  type Instruction as AstInstruction,
  DockerfileParser,
} from 'dockerfile-ast';
import { Lines } from '../text/lines';
import { oncePerText } from '../text/once-per';
import { limitProblem, type Problem } from '../text/problem';
import { type Span, span } from '../text/span';
import { endOfInstruction } from './blocks';
import type { Directive, Heredoc } from './model';

/** A piece of a Dockerfile: its head, or one instruction with the comments behind it. Offsets are the piece's own. */
export interface Block {
  /** The escape character that a directive sets. */
  readonly escape: '`' | undefined;
  readonly directives: readonly Directive[];
  readonly instructions: readonly RawInstruction[];
  readonly comments: readonly Span[];
  readonly problems: readonly Problem[];
  /** Names of heredocs that begin here and whose end is not in the piece. */
  readonly open: readonly string[];
}

export interface RawInstruction {
  readonly span: Span;
  readonly keyword: Span;
  readonly heredocs: readonly Heredoc[];
}

const REMEMBERED_BLOCKS = 5000;

/** Reads a piece once, however often its file is edited elsewhere: the library takes most of the time of a parse. */
export function readBlock(text: string, escapeChar: string): Block {
  return blockOf(escapeChar + text);
}

const blockOf = oncePerText(REMEMBERED_BLOCKS, escapeAndText =>
  new BlockReader(escapeAndText.slice(1), escapeAndText.charAt(0)).read(),
);

type AstRange = ReturnType<AstInstruction['getRange']>;

/** What a piece without the head is read behind where the file's head changes the escape character. */
const BACKTICK_HEAD = '# escape=`\n';

class BlockReader {
  private readonly lines: Lines;
  private readonly head: string;
  private readonly problems: Problem[] = [];
  private readonly open: string[] = [];

  constructor(
    private readonly text: string,
    private readonly escapeChar: string,
  ) {
    this.head = escapeChar === '`' ? BACKTICK_HEAD : '';
    this.lines = new Lines(this.head + text);
  }

  read(): Block {
    const ast = this.ast();
    const all = this.head === '' ? ast.getDirectives() : [];
    const isReal = (name: string) => DIRECTIVES.has(name.toLowerCase());
    // A comment on the first lines that holds a `=` only looks like a directive: `# hadolint ignore=DL3006`.
    const others = all.filter(it => !isReal(it.getName()));
    return {
      escape: this.head === '' && ast.getEscapeCharacter() === '`' ? '`' : undefined,
      directives: all
        .filter(it => isReal(it.getName()))
        .map(it => ({
          span: this.span(it.getRange()),
          name: it.getName().toLowerCase(),
          value: it.getValue(),
        })),
      instructions: ast.getInstructions().map(instruction => this.instruction(instruction)),
      comments: [...ast.getComments(), ...others].map(comment => this.span(comment.getRange())),
      problems: this.problems,
      open: this.open,
    };
  }

  private ast(): AstDockerfile {
    try {
      // The library takes a lone carriage return for a line end; for BuildKit it is white space, and no line begins.
      return DockerfileParser.parse(this.head + this.text.replace(/\r(?!\n)/g, ' '));
    } catch (error) {
      this.problems.push(limitProblem(span(0, this.text.length), `this cannot be parsed: ${String(error)}`));
      return DockerfileParser.parse('');
    }
  }

  private span(range: AstRange): Span {
    return span(
      this.lines.offset(range.start) - this.head.length,
      this.lines.offset(range.end) - this.head.length,
    );
  }

  private textAt({ start, end }: Span): string {
    return this.text.slice(start, end);
  }

  private instruction(instruction: AstInstruction): RawInstruction {
    const at = this.span(instruction.getRange());
    return {
      span: at,
      keyword: this.span(instruction.getInstructionRange()),
      heredocs: this.heredocs(instruction, at),
    };
  }

  private heredocs(instruction: AstInstruction, at: Span): Heredoc[] {
    // The library reads the arguments of an instruction anew to find them.
    if (!this.textAt(at).includes('<<')) return [];
    const written = this.written(instruction, at);
    let line = endOfInstruction(this.lines, this.lineOf(at.start), this.escapeChar);
    return written.flatMap(heredoc => {
      const read = this.emptyHeredoc(heredoc, line) ?? this.heredoc(heredoc);
      if (read[0]) line = this.lineOf(read[0].closing.end) + 1;
      return read;
    });
  }

  /** The heredocs as the library finds them. Some that end in dashes it cannot tell apart from flags, and throws. */
  private written(instruction: AstInstruction, at: Span): AstHeredoc[] {
    try {
      return (instruction as unknown as { getHeredocs(): AstHeredoc[] }).getHeredocs();
    } catch {
      this.problems.push(
        limitProblem(at, 'the heredocs of this instruction cannot be read: it is not checked'),
      );
      return [];
    }
  }

  /**
   * A heredoc that is closed where its body would begin: the library has no range for that body, or one that ends
   * before it begins.
   *
   * @param line the one behind the instruction, or behind the heredoc before
   */
  private emptyHeredoc(heredoc: AstHeredoc, line: number): Heredoc[] | undefined {
    const name = heredoc.getName();
    if (name === '' || line >= this.lines.count || this.lines.textOf(line).trim() !== name) return undefined;
    const closing = this.lineSpan(line);
    const body = span(closing.start, closing.start);
    return [this.heredocOf(heredoc, body, closing)];
  }

  private heredoc(heredoc: AstHeredoc): Heredoc[] {
    const name = heredoc.getName();
    if (name === '') return [];
    const content = heredoc.getContentRange();
    if (!content) {
      this.open.push(name);
      return [];
    }
    const body = this.span(content);
    const closing = this.closingLine(body);
    const closed = this.textAt(closing).trim() === name;
    if (!closed) this.open.push(name);
    return [this.heredocOf(heredoc, body, closed ? closing : span(body.end, body.end))];
  }

  private heredocOf(heredoc: AstHeredoc, body: Span, closing: Span): Heredoc {
    const opening = this.span(heredoc.getStartRange());
    const expands = !/["'\\]/.test(this.textAt(opening));
    return { opening, name: heredoc.getName(), expands, body, closing };
  }

  /** The line behind a heredoc's body. */
  private closingLine(body: Span): Span {
    const last = this.lineOf(Math.max(body.start, body.end - 1));
    return this.lineSpan(last + (body.end > body.start ? 1 : 0));
  }

  private lineOf(offset: number): number {
    return this.lines.lineOf(offset + this.head.length);
  }

  private lineSpan(line: number): Span {
    return span(this.lines.startOf(line) - this.head.length, this.lines.contentEnd(line) - this.head.length);
  }
}

/** The parser directives that there are; any other name makes a comment. */
const DIRECTIVES: ReadonlySet<string> = new Set(['syntax', 'escape', 'check']);
