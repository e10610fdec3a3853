import { instructionText } from '../../dockerfile/edit';
import { composeHeredoc } from '../../dockerfile/heredoc-chain';
import type { Copy, Dockerfile } from '../../dockerfile/model';
import { composeRun, type KeptLink } from '../../dockerfile/run-chain';
import { type Lines, linesOf } from '../../text/lines';
import { type Span, textAt } from '../../text/span';
import { SplitCommands } from './split-commands';
import { codeCopies } from './split-parts';
import type { SplitPlan } from './split-plan';
import type { InstallRun } from './stage-reading';

/** What both stages are written with: the plan, and the commands that each of them keeps. */
export class SplitText {
  protected readonly file: Dockerfile;
  protected readonly lines: Lines;
  protected readonly commands: SplitCommands;

  constructor(protected readonly plan: SplitPlan) {
    this.file = plan.whole.file;
    this.lines = linesOf(this.file.text);
    this.commands = new SplitCommands(plan);
  }

  protected sourceOf(at: Span): string {
    return textAt(this.file.text, at);
  }

  protected compose(install: InstallRun, kept: readonly KeptLink[], flags: readonly string[]): string {
    const composed = { run: install.run, kept, flags };
    if (install.run.form === 'heredoc') return composeHeredoc(this.file, composed, this.lines.eol);
    return composeRun(this.file, composed, this.lines.eol);
  }

  protected instruction([keyword, args]: readonly [keyword: string, args: string]): string {
    return instructionText(this.file, keyword, args);
  }

  /** The first copy of more than manifests above the last install; none where nothing is taken over. */
  protected codeCopy(): Copy | undefined {
    return this.plan.handover.takeOver.length === 0 ? undefined : codeCopies(this.plan.whole)[0];
  }

  /** True for the install in whose place the packages are taken over. */
  protected takesOver(install: InstallRun): boolean {
    const { takeOver, behind } = this.plan.handover;
    const isHere = behind === undefined && this.codeCopy() === undefined;
    return takeOver.length > 0 && isHere && install === this.plan.whole.pipRuns.at(-1);
  }

  /** What stands above a RUN speaks of compilers and headers where it installs nothing else. */
  protected commentMoves(install: InstallRun): boolean {
    const names = this.commands.packagesOf(install);
    if (this.takesOver(install)) return false;
    const onlyApt = install.parts.every(({ role }) => role.kind !== 'other' && role.kind !== 'pip-install');
    if (this.commands.keptLinks(install, 'runtime').length === 0)
      return this.commands.keptLinks(install, 'builder').length > 0;
    return (
      onlyApt && names.length > 0 && names.every(name => this.commands.placement(name)?.runtime === false)
    );
  }
}
