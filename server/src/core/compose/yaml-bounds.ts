import { MOST_YAML_DEPTH, MOST_YAML_ERRORS, MOST_YAML_TOKENS } from '../limits';
import { beyond } from '../text/beyond';

const INDICATORS: ReadonlySet<string> = new Set(['-', '?', ':']);
/** The lexer's mark for a flow collection that ends by an error. */
const FLOW_ERROR = '\u0018';

/**
 * Watches what the lexer reads of a YAML file, in front of the parser: that descends by recursion, and keeps a part of
 * the file with every error. The lexer knows brackets and dashes from those in strings, comments and block scalars.
 */
export class YamlBounds {
  private tokens = 0;
  private errors = 0;
  private flowDepth = 0;
  /** The columns that the blocks around this place begin at. */
  private readonly columns: number[] = [];
  private column = 0;
  /** True where a block may begin: at the start of a line, or behind a dash. */
  private mayBegin = true;

  /** @returns which limit is met, as the message of a finding; undefined as long as none is */
  take(lexeme: string): string | undefined {
    if (++this.tokens > MOST_YAML_TOKENS)
      return beyond('the file', undefined, MOST_YAML_TOKENS, 'keys, values and other pieces of YAML');
    if (this.isError(lexeme) && ++this.errors > MOST_YAML_ERRORS)
      return beyond('the file', undefined, MOST_YAML_ERRORS, 'brackets that close nothing, or directives');
    this.nest(lexeme);
    return this.columns.length + this.flowDepth > MOST_YAML_DEPTH ? TOO_DEEP : undefined;
  }

  private isError(lexeme: string): boolean {
    if (lexeme === FLOW_ERROR || lexeme.startsWith('%')) return true;
    return (lexeme === ']' || lexeme === '}') && this.flowDepth === 0;
  }

  private nest(lexeme: string): void {
    const lineBreak = lexeme.lastIndexOf('\n');
    const isBlank = lexeme.trim() === '' || lexeme.startsWith('#');
    if (!isBlank && this.mayBegin && this.flowDepth === 0) this.begin();
    if (!isBlank) this.mayBegin = INDICATORS.has(lexeme);
    if (lexeme === '[' || lexeme === '{') this.flowDepth++;
    else if (lexeme === ']' || lexeme === '}') this.flowDepth = Math.max(0, this.flowDepth - 1);
    if (lineBreak === -1) {
      this.column += lexeme.length;
      return;
    }
    this.column = lexeme.length - lineBreak - 1;
    this.mayBegin = true;
  }

  private begin(): void {
    while ((this.columns.at(-1) ?? -1) > this.column) this.columns.pop();
    if ((this.columns.at(-1) ?? -1) < this.column) this.columns.push(this.column);
  }
}

export const TOO_DEEP = `the file is nested more than ${MOST_YAML_DEPTH} levels deep: it is not checked`;
