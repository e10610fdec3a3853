/** Exit codes, stable from the first release. */
export const EXIT = { ok: 0, findings: 1, failed: 2 } as const;

/** The command was called in a way that it cannot follow. */
export class Misuse extends Error {
  override readonly name = 'Misuse';

  override toString(): string {
    return this.message;
  }
}
