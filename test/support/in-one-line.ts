import assert from 'node:assert/strict';

/** What lists and pages show of a rule or a conversion: one line that begins as a sentence does and has no full stop. */
export function assertInOneLine(text: string): void {
  assert.match(text, /^([A-Z]|`)[^\n]*[^\s.]$/);
}
