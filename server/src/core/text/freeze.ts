/** Freezes a plain value and all that it holds: a model is shared by every rule, so none may change it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  // Most parts are strings and numbers: it pays to look before calling.
  for (const name in value) {
    const part = value[name];
    if (typeof part === 'object') deepFreeze(part);
  }
  return value;
}
