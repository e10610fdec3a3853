/** A text as part of a regular expression that stands for itself, as `RegExp.escape` gives it in newer engines. */
export function escapedForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
