import { MOST_EXPANDED_LENGTH } from '../limits';

const VARIABLE = /\$\$|\$(?:(\w+)|\{(\w+)(?:\}|(:?[-+?])([^}]*)(\}|$)))/g;
const PLAIN_VARIABLE = /\$\$|\$(\w+)/g;

/**
 * Resolves `${NAME:-default}` as Compose does, with `$$` for a dollar sign.
 *
 * @param variables what `.env` or the shell set; a name without a value and without a default has no known value
 * @returns undefined where a variable has no known value, or a longer one than anybody means
 */
export function interpolate(
  text: string,
  variables: ReadonlyMap<string, string> = new Map(),
): string | undefined {
  let known = true;
  let length = 0;
  const replaced = (match: string, name: string, operator: string, word: string) => {
    if (match === '$$') return '$';
    const value = variables.get(name);
    if (operator.endsWith('+')) return value ? word : '';
    length += value?.length ?? 0;
    if (length > MOST_EXPANDED_LENGTH) known = false;
    if (value) return known ? value : '';
    if (operator.endsWith('-')) return word;
    known = false;
    return '';
  };
  const result = text.replace(
    VARIABLE,
    (match, plain?: string, braced?: string, operator = '', word = '', close = '}') => {
      if (close !== '') return replaced(match, plain ?? braced ?? '', operator, word);
      // A brace that is not closed, and so no other behind it: it is looked for once, not at every `${`.
      return match.replace(PLAIN_VARIABLE, (variable, name = '') => replaced(variable, name, '', ''));
    },
  );
  return known ? result : undefined;
}
