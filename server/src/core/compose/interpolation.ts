const VARIABLE = /\$\$|\$(?:(\w+)|\{(\w+)(?:(:?[-+?])([^}]*))?\})/g;

/**
 * Resolves `${NAME:-default}` as Compose does, with `$$` for a dollar sign.
 *
 * @param variables what `.env` or the shell set; a name without a value and without a default has no known value
 * @returns undefined where a variable has no known value
 */
export function interpolate(
  text: string,
  variables: ReadonlyMap<string, string> = new Map(),
): string | undefined {
  let known = true;
  const result = text.replace(
    VARIABLE,
    (match, plain?: string, braced?: string, operator = '', word = '') => {
      if (match === '$$') return '$';
      const value = variables.get(plain ?? braced ?? '');
      if (operator.endsWith('+')) return value ? word : '';
      if (value) return value;
      if (operator.endsWith('-')) return word;
      known = false;
      return '';
    },
  );
  return known ? result : undefined;
}
