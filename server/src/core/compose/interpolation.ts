import { MOST_EXPANDED_LENGTH } from '../limits';

const VARIABLE = /\$\$|\$(?:(\w+)|\{(\w+)(?:(:?[-+?])([^}]*))?\})/g;

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
  const result = text.replace(
    VARIABLE,
    (match, plain?: string, braced?: string, operator = '', word = '') => {
      if (match === '$$') return '$';
      const value = variables.get(plain ?? braced ?? '');
      if (operator.endsWith('+')) return value ? word : '';
      length += value?.length ?? 0;
      if (length > MOST_EXPANDED_LENGTH) known = false;
      if (value) return known ? value : '';
      if (operator.endsWith('-')) return word;
      known = false;
      return '';
    },
  );
  return known ? result : undefined;
}
