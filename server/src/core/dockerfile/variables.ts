import { MOST_EXPANDED_LENGTH } from '../limits';

/** Where variables are looked up: what `Variables` can, and what is made of several of them. */
export type Lookup = Pick<Variables, 'get' | 'has'>;

/** What variables are set to; a name that is missing is unset, `undefined` is set to something unknown. */
export type Variables = ReadonlyMap<string, string | undefined>;

const VARIABLE = /\\(.)|\$(?:(\w+)|\{(\w+)(?:\}|(:?[-+?])([^}]*)(\}|$)))/g;
const PLAIN_VARIABLE = /\\(.)|\$(\w+)/g;

/**
 * Expands `$NAME`, `${NAME}`, `${NAME:-word}` and `${NAME:+word}` as the engine does.
 *
 * @returns undefined where a variable has no known value, or a longer one than anybody means
 */
export function expand(text: string, variables: Lookup): string | undefined {
  let known = true;
  let length = 0;
  const replaced = (escaped: string | undefined, name: string, operator: string, word: string) => {
    if (escaped !== undefined) return escaped === '$' ? '$' : `\\${escaped}`;
    const value = resolve(variables, name, operator, word);
    length += value?.length ?? 0;
    if (value === undefined || length > MOST_EXPANDED_LENGTH) known = false;
    return known && value !== undefined ? value : '';
  };
  const expanded = text.replace(
    VARIABLE,
    (match, escaped?: string, plain?: string, braced?: string, operator = '', word = '', close = '}') => {
      if (close !== '') return replaced(escaped, plain ?? braced ?? '', operator, word);
      // A brace that is not closed, and so no other behind it: it is looked for once, not at every `${`.
      return match.replace(PLAIN_VARIABLE, (_, character: string | undefined, name = '') =>
        replaced(character, name, '', ''),
      );
    },
  );
  return known ? expanded : undefined;
}

function resolve(variables: Lookup, name: string, operator: string, word: string): string | undefined {
  const value = variables.get(name);
  if (operator.endsWith('+')) return variables.has(name) ? word : '';
  if (operator.endsWith('-') && (value === '' || !variables.has(name))) return word;
  return value;
}

/** True where a text names a variable that the builder expands: `$X`, `${X}`, but not `\$X`. */
export function hasVariable(text: string): boolean {
  return /(^|[^\\])\$[\w{]/.test(text);
}
