// The only importer of dockerfile-ast.
import {
  type Dockerfile as AstDockerfile,
  type Heredoc as AstHeredoc,
  type Instruction as AstInstruction,
  DockerfileParser,
} from 'dockerfile-ast';
import { Lines } from '../text/lines';
import { limitProblem, type Problem } from '../text/problem';
import { type Span, span } from '../text/span';
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
const remembered = new Map<string, Block>();

/** Reads a piece once, however often its file is edited elsewhere: the library takes most of the time of a parse. */
export function readBlock(text: string, escapeChar: string): Block {
  const key = escapeChar + text;
  const known = remembered.get(key);
  if (known) return known;
  const block = new BlockReader(text, escapeChar).read();
  if (remembered.size >= REMEMBERED_BLOCKS) remembered.clear();
  remembered.set(key, block);
  return block;
}

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
    escapeChar: string,
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
      return DockerfileParser.parse(this.head + this.text);
    } catch (error) {
      this.problems.push(limitProblem(span(0, this.text.length), `this cannot be read: ${String(error)}`));
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
    const withHeredocs = instruction as unknown as { getHeredocs(): AstHeredoc[] };
    return withHeredocs.getHeredocs().flatMap(heredoc => this.heredoc(heredoc));
  }

  private heredoc(heredoc: AstHeredoc): Heredoc[] {
    const name = heredoc.getName();
    if (name === '') return [];
    const content = heredoc.getContentRange();
    if (!content) {
      this.open.push(name);
      return [];
    }
    const opening = this.span(heredoc.getStartRange());
    const body = this.span(content);
    const closing = this.closingLine(body);
    const closed = this.textAt(closing).trim() === name;
    if (!closed) this.open.push(name);
    return [
      {
        opening,
        name,
        expands: !/["'\\]/.test(this.textAt(opening)),
        body,
        closing: closed ? closing : span(body.end, body.end),
      },
    ];
  }

  /** The line behind a heredoc's body. */
  private closingLine(body: Span): Span {
    const last = this.lines.lineOf(Math.max(body.start, body.end - 1) + this.head.length);
    const line = last + (body.end > body.start ? 1 : 0);
    return span(this.lines.startOf(line) - this.head.length, this.lines.contentEnd(line) - this.head.length);
  }
}

/** The parser directives that there are; any other name makes a comment. */
const DIRECTIVES: ReadonlySet<string> = new Set(['syntax', 'escape', 'check']);
