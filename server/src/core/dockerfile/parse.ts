// The only importer of dockerfile-ast.
import {
  type Dockerfile as AstDockerfile,
  type Heredoc as AstHeredoc,
  type Instruction as AstInstruction,
  DockerfileParser,
} from 'dockerfile-ast';
import { deepFreeze } from '../text/freeze';
import { Lines } from '../text/lines';
import { type Span, span } from '../text/span';
import { type Segment, typedInstruction } from './instructions';
import { logicalLine } from './logical-line';
import type { Arg, Comment, Directive, Dockerfile, From, Heredoc, Instruction, Problem } from './model';
import { isPosixShell } from './shell-form';
import { resolveStages } from './stage-graph';

/**
 * Reads a whole Dockerfile. Never fails: what cannot be read becomes a problem or an `UNKNOWN` instruction.
 *
 * @param path POSIX path of the file, as findings and facts name it
 */
export function parseDockerfile(path: string, text: string): Dockerfile {
  const reader = new DockerfileReader(path, text);
  return deepFreeze(reader.read());
}

type AstRange = ReturnType<AstInstruction['getRange']>;

class DockerfileReader {
  private readonly lines: Lines;
  private readonly comments: Comment[] = [];
  private readonly problems: Problem[] = [];

  constructor(
    private readonly path: string,
    private readonly text: string,
  ) {
    this.lines = new Lines(text);
  }

  read(): Dockerfile {
    const ast = this.ast();
    const escapeChar = ast.getEscapeCharacter() === '`' ? '`' : '\\';
    const segments = ast.getInstructions().map(instruction => this.segment(instruction, escapeChar));
    const instructions = this.typed(segments);
    this.readComments(ast);
    return {
      language: 'dockerfile',
      path: this.path,
      text: this.text,
      directives: this.directives(ast),
      escape: escapeChar,
      globalArgs: instructions.filter((it): it is Arg => it.kind === 'ARG' && it.stage === -1),
      stages: resolveStages(instructions),
      instructions,
      comments: this.comments.sort((a, b) => a.span.start - b.span.start),
      problems: this.problems,
    };
  }

  private ast(): AstDockerfile {
    try {
      return DockerfileParser.parse(this.text);
    } catch (error) {
      this.problems.push({
        span: span(0, this.text.length),
        message: `this file cannot be read: ${String(error)}`,
      });
      return DockerfileParser.parse('');
    }
  }

  private span(range: AstRange): Span {
    return span(this.lines.offset(range.start), this.lines.offset(range.end));
  }

  private segment(instruction: AstInstruction, escapeChar: string): Omit<Segment, 'stage' | 'posixShell'> {
    const at = this.span(instruction.getRange());
    const keyword = this.span(instruction.getInstructionRange());
    const heredocs = this.heredocs(instruction, at);
    const firstBody = heredocs[0]?.body.start;
    const headerEnd =
      firstBody === undefined ? at.end : Math.max(keyword.end, this.contentEndBefore(firstBody));
    const line = logicalLine(this.text, span(keyword.end, headerEnd), escapeChar);
    for (const comment of line.comments) this.addComment(comment, true);
    return {
      span: at,
      keyword: { span: keyword, text: this.text.slice(keyword.start, keyword.end), literal: true },
      line: line.excerpt,
      heredocs,
      text: this.text,
    };
  }

  private contentEndBefore(offset: number): number {
    return this.lines.contentEnd(Math.max(0, this.lines.lineOf(offset) - 1));
  }

  private heredocs(instruction: AstInstruction, at: Span): Heredoc[] {
    // The library reads the arguments of an instruction anew to find them.
    if (!this.text.slice(at.start, at.end).includes('<<')) return [];
    const withHeredocs = instruction as unknown as { getHeredocs(): AstHeredoc[] };
    const found: Heredoc[] = [];
    for (const heredoc of withHeredocs.getHeredocs()) {
      const content = heredoc.getContentRange();
      if (!content || heredoc.getName() === '') continue;
      const opening = this.span(heredoc.getStartRange());
      const body = this.span(content);
      // The closing line ends the body; without one, the body runs to the end of the file.
      const line = this.lines.lineOf(Math.max(body.start, body.end - 1)) + (body.end > body.start ? 1 : 0);
      const closing = span(this.lines.startOf(line), this.lines.contentEnd(line));
      const closed = this.text.slice(closing.start, closing.end).trim() === heredoc.getName();
      if (!closed)
        this.problems.push({ span: opening, message: `no line closes the heredoc ${heredoc.getName()}` });
      found.push({
        opening,
        name: heredoc.getName(),
        expands: !/["'\\]/.test(this.text.slice(opening.start, opening.end)),
        body,
        closing: closed ? closing : span(body.end, body.end),
      });
    }
    return found;
  }

  private typed(segments: readonly Omit<Segment, 'stage' | 'posixShell'>[]): Instruction[] {
    const instructions: Instruction[] = [];
    const shellOfStage = new Map<string, boolean>();
    let stage = -1;
    let stageName: string | undefined;
    let posixShell = true;
    for (const segment of segments) {
      const keyword = segment.keyword.text.toUpperCase();
      if (keyword === 'FROM') stage++;
      const instruction = typedInstruction({ ...segment, stage, posixShell });
      if (instruction.kind === 'FROM') {
        posixShell = shellOfStage.get(instruction.image?.text.toLowerCase() ?? '') ?? !isWindows(instruction);
        stageName = instruction.alias?.text.toLowerCase();
      }
      if (instruction.kind === 'SHELL') posixShell = isPosixShell(instruction);
      if (stageName !== undefined) shellOfStage.set(stageName, posixShell);
      instructions.push(instruction);
    }
    return instructions;
  }

  private directives(ast: AstDockerfile): Directive[] {
    return ast
      .getDirectives()
      .map(directive => ({
        span: this.span(directive.getRange()),
        name: directive.getName().toLowerCase(),
        value: directive.getValue(),
      }))
      .filter(directive => DIRECTIVES.has(directive.name));
  }

  private readComments(ast: AstDockerfile): void {
    const known = new Set(this.comments.map(comment => comment.span.start));
    // A comment on the first lines that holds a `=` only looks like a directive: `# hadolint ignore=DL3006`.
    const others = ast.getDirectives().filter(it => !DIRECTIVES.has(it.getName().toLowerCase()));
    for (const comment of [...ast.getComments(), ...others]) {
      const at = this.span(comment.getRange());
      if (!known.has(at.start)) this.addComment(at, false);
    }
  }

  private addComment(at: Span, inInstruction: boolean): void {
    const text = this.text.slice(at.start + 1, at.end).trim();
    this.comments.push({ span: at, text, inInstruction });
  }
}

/** The parser directives that there are; any other name makes a comment. */
const DIRECTIVES: ReadonlySet<string> = new Set(['syntax', 'escape', 'check']);

const WINDOWS_IMAGE =
  /^(mcr\.microsoft\.com\/)?(windows|nanoserver|windows\/(servercore|nanoserver|server))([/:@]|$)/i;

function isWindows(from: From): boolean {
  return WINDOWS_IMAGE.test(from.image?.text ?? '');
}
