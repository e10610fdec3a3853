import { MOST_COMMANDS } from '../limits';
import { deepFreeze } from '../text/freeze';
import { headComments } from '../text/head-comments';
import { type Lines, linesOf } from '../text/lines';
import { LAST_PARSED, RecentFiles } from '../text/once-per';
import { limitProblem, type Problem } from '../text/problem';
import { type Span, span } from '../text/span';
import { type Block, readBlock } from './block';
import { endOfHeredocs, endOfInstruction, firstInstruction, nextInstruction } from './blocks';
import { dockerfileLimit, tooManyCommands } from './bounds';
import { buildkitProblems } from './buildkit/read';
import { readStatements } from './buildkit/statements';
import { type Segment, typedInstruction } from './instructions';
import { logicalLine } from './logical-line';
import type { Comment, Directive, Dockerfile, From, Heredoc, Instruction } from './model';
import { readOtherwise } from './read-alike';
import { isPosixShell } from './shell-form';
import { globalArgsOf, resolveStages } from './stage-graph';

/**
 * Reads a whole Dockerfile. Never fails: what cannot be read becomes a problem or an `UNKNOWN` instruction. Of a file
 * that is edited, what stands above the edit is taken over from the last time.
 *
 * @param path POSIX path of the file, as findings and facts name it
 */
export function parseDockerfile(path: string, text: string): Dockerfile {
  const before = lastParsed.of(path);
  if (before?.text === text) return before;
  const limit = dockerfileLimit(text);
  if (limit !== undefined) return lastParsed.set(path, deepFreeze(unread(path, text, limit)));
  const reader = new DockerfileReader(path, text);
  const file = reader.read(before && unchangedPart(before, text));
  const commands = file.instructions.reduce((sum, it) => sum + commandsOf(it), 0);
  const read = commands > MOST_COMMANDS ? unread(path, text, tooManyCommands(commands)) : file;
  return lastParsed.set(path, deepFreeze(read));
}

const lastParsed = new RecentFiles<Dockerfile>(LAST_PARSED);

function commandsOf(instruction: Instruction): number {
  return 'script' in instruction ? instruction.script.commands.length : 0;
}

/** A file that is beyond a limit: nothing of it is in the model. */
function unread(path: string, text: string, limit: string): Dockerfile {
  return {
    language: 'dockerfile',
    path,
    text,
    directives: [],
    escape: '\\',
    globalArgs: [],
    buildArgs: new Map(),
    stages: [],
    instructions: [],
    comments: headComments(text).map(it => ({ ...it, inInstruction: false })),
    problems: [limitProblem(span(0, text.length), limit)],
  };
}

/** The part of an earlier version of a file that is as it was. */
interface UnchangedPart extends Pick<Dockerfile, 'directives' | 'instructions' | 'comments' | 'escape'> {
  /** The offset where the first instruction begins that has to be read. */
  readonly end: number;
}

/** The instruction above the edited one is read again too: what stands between them is read with it. */
function unchangedPart(before: Dockerfile, text: string): UnchangedPart | undefined {
  // What the library cannot read is told where it is read.
  if (before.problems.length > 0) return undefined;
  const same = commonPrefix(before.text, text);
  const edited = before.instructions.findLastIndex(it => it.span.start < same);
  const first = before.instructions[edited - 1];
  if (edited < 2 || !first) return undefined;
  const end = first.span.start;
  return {
    end,
    directives: before.directives,
    instructions: before.instructions.slice(0, edited - 1),
    comments: before.comments.filter(it => it.span.start < end),
    escape: before.escape,
  };
}

function commonPrefix(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  let at = 0;
  while (at < length && one.charCodeAt(at) === other.charCodeAt(at)) at++;
  return at;
}

/** Follows which stage an instruction stands in, and whether its shell reads scripts as a POSIX shell does. */
class StageShells {
  posix = true;
  private readonly ofStage = new Map<string, boolean>();
  private stage = -1;
  private stageName: string | undefined;

  /** The stage of the next instruction. */
  stageOf(keyword: string): number {
    return keyword.toUpperCase() === 'FROM' ? this.stage + 1 : this.stage;
  }

  read(instruction: Instruction): void {
    this.stage = instruction.stage;
    if (instruction.kind === 'FROM') {
      this.posix = this.ofStage.get(instruction.image?.text.toLowerCase() ?? '') ?? !isWindows(instruction);
      this.stageName = instruction.alias?.text.toLowerCase();
    }
    if (instruction.kind === 'SHELL') this.posix = isPosixShell(instruction);
    if (this.stageName !== undefined) this.ofStage.set(this.stageName, this.posix);
  }
}

class DockerfileReader {
  private readonly lines: Lines;
  private readonly segments: Omit<Segment, 'stage' | 'posixShell'>[] = [];
  private readonly directives: Directive[] = [];
  private readonly comments: Comment[] = [];
  private readonly commentStarts = new Set<number>();
  private readonly problems: Problem[] = [];
  private escapeChar: '\\' | '`' = '\\';

  constructor(
    private readonly path: string,
    private readonly text: string,
  ) {
    this.lines = linesOf(text);
  }

  /** @param known what stands above the place where reading has to begin */
  read(known?: UnchangedPart): Dockerfile {
    const first = known ? this.lines.lineOf(known.end) : firstInstruction(this.lines);
    if (known) this.takeOver(known);
    else this.take(this.block(0, first), 0);
    for (let line = first; line < this.lines.count; ) line = this.readInstruction(line);
    const instructions = this.typed(known?.instructions ?? [], this.segments);
    const buildArgs = new Map<string, string | undefined>();
    return {
      language: 'dockerfile',
      path: this.path,
      text: this.text,
      directives: this.directives,
      escape: this.escapeChar,
      globalArgs: globalArgsOf(instructions),
      buildArgs,
      stages: resolveStages(instructions, buildArgs),
      instructions,
      comments: this.comments.sort((a, b) => a.span.start - b.span.start),
      problems: [...this.problems, ...this.problemsOf(instructions)],
    };
  }

  private problemsOf(instructions: readonly Instruction[]): Problem[] {
    const read = readStatements(this.text);
    const problems = buildkitProblems(this.path, this.text, read);
    if (problems.length > 0) return problems;
    const otherwise = readOtherwise(instructions, read.statements);
    return otherwise ? [otherwise] : [];
  }

  private takeOver({ directives, comments, escape: escapeChar }: UnchangedPart): void {
    this.directives.push(...directives);
    this.comments.push(...comments);
    this.escapeChar = escapeChar;
  }

  /** @returns the line of the instruction behind it */
  private readInstruction(line: number): number {
    const header = endOfInstruction(this.lines, line, this.escapeChar);
    const alone = this.block(line, header);
    const end = alone.open.length === 0 ? header : endOfHeredocs(this.lines, header, alone.open);
    const next = nextInstruction(this.lines, end);
    // Most instructions have no heredoc, and what was read already holds all but the comments behind them.
    this.take(this.block(line, next), this.lines.startOf(line));
    return next;
  }

  private block(from: number, to: number): Block {
    const end = to >= this.lines.count ? this.text.length : this.lines.startOf(to);
    return readBlock(this.text.slice(this.lines.startOf(from), end), this.escapeChar);
  }

  private take(block: Block, offset: number): void {
    const moved = (at: Span) => span(at.start + offset, at.end + offset);
    this.escapeChar = block.escape ?? this.escapeChar;
    for (const directive of block.directives)
      this.directives.push({ ...directive, span: moved(directive.span) });
    for (const problem of block.problems) this.problems.push({ ...problem, span: moved(problem.span) });
    for (const instruction of block.instructions) {
      const heredocs = instruction.heredocs.map(it => ({
        ...it,
        opening: moved(it.opening),
        body: moved(it.body),
        closing: moved(it.closing),
      }));
      this.takeInstruction(moved(instruction.span), moved(instruction.keyword), heredocs);
    }
    for (const comment of block.comments) {
      if (!this.commentStarts.has(comment.start + offset)) this.addComment(moved(comment), false);
    }
  }

  private takeInstruction(at: Span, keyword: Span, heredocs: readonly Heredoc[]): void {
    const firstBody = heredocs[0]?.body.start;
    const headerEnd =
      firstBody === undefined ? at.end : Math.max(keyword.end, this.contentEndBefore(firstBody));
    const line = logicalLine(this.text, span(keyword.end, headerEnd), this.escapeChar);
    for (const comment of line.comments) this.addComment(comment, true);
    this.segments.push({
      span: at,
      keyword: { span: keyword, text: this.text.slice(keyword.start, keyword.end), literal: true },
      line: line.excerpt,
      heredocs,
      text: this.text,
    });
  }

  private contentEndBefore(offset: number): number {
    return this.lines.contentEnd(Math.max(0, this.lines.lineOf(offset) - 1));
  }

  private typed(
    known: readonly Instruction[],
    segments: readonly Omit<Segment, 'stage' | 'posixShell'>[],
  ): Instruction[] {
    const shells = new StageShells();
    for (const instruction of known) shells.read(instruction);
    const read = segments.map(segment => {
      const stage = shells.stageOf(segment.keyword.text);
      const instruction = typedInstruction({ ...segment, stage, posixShell: shells.posix });
      shells.read(instruction);
      return instruction;
    });
    return [...known, ...read];
  }

  private addComment(at: Span, inInstruction: boolean): void {
    const text = this.text.slice(at.start + 1, at.end).trim();
    this.comments.push({ span: at, text, inInstruction });
    this.commentStarts.add(at.start);
  }
}

const WINDOWS_IMAGE =
  /^(mcr\.microsoft\.com\/)?(windows|nanoserver|windows\/(servercore|nanoserver|server))([/:@]|$)/i;

function isWindows(from: From): boolean {
  return WINDOWS_IMAGE.test(from.image?.text ?? '');
}
