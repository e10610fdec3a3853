/** Jobs that come one after the other, in the order in which they were given. */
export class Lane {
  private last: Promise<unknown> = Promise.resolve();

  /** @returns what the job returns. @throws what it throws; the next one runs all the same */
  run<Result>(job: () => Promise<Result>): Promise<Result> {
    const result = this.last.then(job);
    this.last = result.catch(() => undefined);
    return result;
  }
}
