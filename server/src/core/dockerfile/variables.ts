import { MOST_EXPANDED_LENGTH } from '../limits';
import { type Anchor, wildcardEnd, wildcardPattern } from './wildcard';

/** Where variables are looked up: what `Variables` can, and what is made of several of them. */
export type Lookup = Pick<Variables, 'get' | 'has'>;

/** What variables are set to; a name that is missing is unset, `undefined` is set to something unknown. */
export type Variables = ReadonlyMap<string, string | undefined>;

/**
 * Expands variables as BuildKit does: `$NAME`, `${NAME}`, `${NAME:-word}` and `${NAME-word}` with their siblings of `+`
 * and `?`, `${NAME#pattern}`, `##`, `%`, `%%`, `${NAME/pattern/word}` and `//`. Words may hold variables and quotes. Unset
 * is what is not among the variables, also where a base image may set it.
 *
 * @returns undefined where a variable has no known value, or a longer one than anybody means, and where the build fails
 * @see https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
export function expand(text: string, variables: Lookup): string | undefined {
  if (!/[$\\]/.test(text)) return text;
  try {
    return new Expansion(text, variables).whole();
  } catch (error) {
    if (error instanceof NoExpansion) return undefined;
    throw error;
  }
}

/** True where a text names a variable that the builder expands: `$X`, `${X}`, but not `\$X`. */
export function hasVariable(text: string): boolean {
  return /(^|[^\\])\$[\w{]/.test(text);
}

/** The build fails at it, or it is longer than anybody means. */
class NoExpansion extends Error {}

/** More nested words than anybody writes. */
const MOST_NESTED = 100;

class Expansion {
  private at = 0;
  private depth = 0;
  private length = 0;

  constructor(
    private readonly text: string,
    private readonly variables: Lookup,
  ) {}

  whole(): string | undefined {
    const parts: (string | undefined)[] = [];
    while (this.at < this.text.length) {
      const char = this.next();
      if (char === '$') parts.push(this.dollar());
      // What else is escaped is left to whoever reads the word.
      else if (char === '\\') parts.push(this.text[this.at] === '$' ? this.next() : `\\${this.next()}`);
      else parts.push(char + this.plain(/[^$\\]*/y));
    }
    return this.joined(parts);
  }

  private next(): string {
    return this.text[this.at++] ?? '';
  }

  private plain(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [text] = pattern.exec(this.text) ?? [''];
    this.at += text.length;
    return text;
  }

  /** One value that is not known makes all of it unknown. */
  private joined(parts: readonly (string | undefined)[]): string | undefined {
    if (parts.includes(undefined)) return undefined;
    const text = parts.join('');
    this.length += text.length;
    if (this.length > MOST_EXPANDED_LENGTH + this.text.length) throw new NoExpansion();
    return text;
  }

  /** What stands behind a `$`. */
  private dollar(): string | undefined {
    if (this.text[this.at] === '{') {
      this.at++;
      return this.braced();
    }
    const name = this.name();
    return name === '' ? '$' : this.value(name);
  }

  private name(): string {
    return this.plain(/[A-Za-z_]\w*|\d+|[@*#?$!-]|/y);
  }

  /** Parameters of a shell, such as `$1` and `$$`, are empty in a Dockerfile. */
  private value(name: string): string | undefined {
    return /^[A-Za-z_]/.test(name) ? this.variables.get(name) : '';
  }

  /** `NAME}`, or a name with an operator and its words. */
  private braced(): string | undefined {
    const name = this.name();
    if (name === '') throw new NoExpansion();
    const nullIsUnset = this.text[this.at] === ':';
    if (nullIsUnset) this.at++;
    const operator = this.next();
    if (nullIsUnset && !/[-+?]/.test(operator)) throw new NoExpansion();
    switch (operator) {
      case '}':
        return this.value(name);
      case '-':
      case '+':
      case '?':
        return this.chosen(name, operator, nullIsUnset ? isEmpty : isUnset);
      case '#':
      case '%':
        return this.trimmed(name, operator);
      case '/':
        return this.replaced(name);
      default:
        throw new NoExpansion();
    }
  }

  private chosen(
    name: string,
    operator: '-' | '+' | '?',
    isMissing: (has: boolean, value: string | undefined) => boolean | undefined,
  ): string | undefined {
    const word = this.word('}', 'unescaped');
    const value = this.value(name);
    const missing = isMissing(this.variables.has(name), value);
    // An unknown value may be empty.
    if (missing === undefined) return undefined;
    if (operator === '-') return missing ? word : value;
    if (operator === '+') return missing ? '' : word;
    return missing ? undefined : value;
  }

  private trimmed(name: string, operator: '#' | '%'): string | undefined {
    const word = this.word('}', 'as-written');
    const value = this.value(name);
    if (word === undefined || value === undefined) return undefined;
    const isLongest = word.startsWith(operator);
    const pattern = wildcardPattern(isLongest ? word.slice(1) : word);
    if (!pattern) throw new NoExpansion();
    const which = isLongest ? 'longest' : 'shortest';
    const anchor: Anchor = operator === '#' ? 'start' : 'end';
    const edge = wildcardEnd(pattern, value, anchor, which);
    if (edge === undefined) return value;
    return operator === '#' ? value.slice(edge) : value.slice(0, edge);
  }

  private replaced(name: string): string | undefined {
    const isEvery = this.text[this.at] === '/';
    if (isEvery) this.at++;
    const written = this.word('/', 'as-written');
    const replacement = this.word('}', 'as-written');
    const value = this.value(name);
    if (written === undefined || replacement === undefined || value === undefined) return undefined;
    const pattern = wildcardPattern(written);
    if (!pattern || pattern.length === 0) return undefined;
    let result = '';
    let rest = 0;
    for (let at = 0; at < value.length; ) {
      const end = wildcardEnd(pattern, value.slice(at), 'start', 'longest');
      if (end === undefined || end === 0) {
        at++;
        continue;
      }
      result += value.slice(rest, at) + replacement;
      at += end;
      rest = at;
      if (result.length > MOST_EXPANDED_LENGTH) throw new NoExpansion();
      if (!isEvery) break;
    }
    return result + value.slice(rest);
  }

  /** Up to `stop`, which is read too: quotes are taken away, variables put in. */
  private word(stop: '}' | '/', escapes: 'unescaped' | 'as-written'): string | undefined {
    if (++this.depth > MOST_NESTED) throw new NoExpansion();
    const parts: (string | undefined)[] = [];
    let quote = '';
    for (;;) {
      if (this.at >= this.text.length) throw new NoExpansion();
      const char = this.next();
      if (char === stop && quote === '') break;
      if (quote === '' && (char === '"' || char === "'")) quote = char;
      else if (char === quote) quote = '';
      else if (char === '$' && quote !== "'") parts.push(this.dollar());
      else if (char === '\\' && quote !== "'") parts.push(this.escaped(escapes));
      else parts.push(char);
    }
    this.depth--;
    return this.joined(parts);
  }

  private escaped(escapes: 'unescaped' | 'as-written'): string {
    const char = this.next();
    return escapes === 'unescaped' ? char : `\\${char}`;
  }
}

function isUnset(has: boolean): boolean {
  return !has;
}

function isEmpty(has: boolean, value: string | undefined): boolean | undefined {
  return has && value === undefined ? undefined : !has || value === '';
}
