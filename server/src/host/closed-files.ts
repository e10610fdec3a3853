import { reasonAgainst, type WhereToWrite } from './place-to-write';

/** The files that a run may not change, whatever their fixes: what is found out about each is remembered. */
export class ClosedFiles {
  private readonly closed = new Map<string, string>();
  private readonly open = new Set<string>();

  /** @param tell told once of each closed file, and why: a clause */
  constructor(
    private readonly where: WhereToWrite,
    private readonly tell: (path: string, because: string) => void,
  ) {}

  has(path: string): boolean {
    return this.closed.has(path);
  }

  close(path: string, because: string): void {
    if (this.closed.has(path)) return;
    this.closed.set(path, because);
    this.tell(path, because);
  }

  /** @param kind whether the file is made, so that there must be none, or was read */
  async isOpen(path: string, kind: 'new' | 'known'): Promise<boolean> {
    if (this.closed.has(path)) return false;
    const asked = `${kind} ${path}`;
    if (this.open.has(asked)) return true;
    const because = await reasonAgainst(path, kind, this.where);
    if (because === undefined) this.open.add(asked);
    else this.close(path, because);
    return because === undefined;
  }
}
