import { heredocComments } from '../../dockerfile/heredoc-chain';
import { blockOf, commentsAbove } from '../../dockerfile/instruction-block';
import type { Instruction } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import type { KeptLink } from '../../dockerfile/run-chain';
import { type Edit, replace } from '../../text/edit';
import type { ExplainedEdit } from '../../text/explained-edits';
import { listed } from '../../text/sentence';
import { type Span, span } from '../../text/span';
import { aptStep } from '../apt-step';
import { WHEELS } from './pip-lines';
import type { BuilderStage } from './split-builder';
import { bringsUv, flagTexts, roleCalls, WRITES_FILES } from './split-parts';
import type { SplitPlan } from './split-plan';
import { SplitText } from './split-text';
import { type InstallRun, isApplicationInstall, isPackagesInstall } from './stage-reading';

/** Edits what was one stage into the one that ships. */
export class ShippedStage extends SplitText {
  constructor(
    plan: SplitPlan,
    private readonly builder: BuilderStage,
  ) {
    super(plan);
  }

  edits(): ExplainedEdit[] {
    return [
      ...this.slimBase(),
      ...this.addedLibraries(),
      ...this.plan.whole.runs.flatMap(install => this.runtimeRun(install)),
      ...this.lateTakeOver(),
      ...this.installerCopies(),
      ...this.earlyTakeOver(),
    ];
  }

  private installerCopies(): ExplainedEdit[] {
    const because = 'Only the builder needs uv';
    return ofKind(this.plan.whole.stage.instructions, 'COPY')
      .filter(copy => bringsUv(this.plan.whole, copy))
      .map(copy => ({ ...this.withoutLines(blockOf(this.file, copy)), because }));
  }

  private slimBase(): ExplainedEdit[] {
    const { plan } = this;
    const image = plan.whole.stage.from.image;
    if (!plan.slim || !image) return [];
    return [
      {
        ...replace(image.span, plan.slim),
        because: plan.whole.base.withoutUv
          ? 'What ships needs Python and the packages, not uv, and this is the Python that the image of uv is made of'
          : 'What ships needs Python and the wheels, not the compilers and headers of the full image',
      },
    ];
  }

  private addedLibraries(): ExplainedEdit[] {
    const { added, whole } = this.plan;
    if (added.length === 0) return [];
    const { eol } = this.lines;
    const { run } = whole.pipRuns[0];
    // Behind the settings of the stage, which may name a proxy, and before all that changes more often.
    const before = whole.stage.instructions.find(it => WRITES_FILES.includes(it.kind)) ?? run;
    const at = blockOf(this.file, before).start;
    const text = `${run.keyword.text} ${aptStep(this.file, added)}`;
    return [
      {
        span: span(at, at),
        newText: `${text}${eol}${eol}`,
        because: `The application needs ${listed(added)}, which came with what no longer ships`,
      },
    ];
  }

  private runtimeRun(install: InstallRun): ExplainedEdit[] {
    const { run } = install;
    const kept = this.commands.keptLinks(install, 'runtime');
    if (this.takesOver(install)) return [this.takeOver(install, kept)];
    if (kept.length === 0) return [this.removal(install)];
    const installsWheels = kept.some(({ link }) =>
      install.parts.some(part => part.link === link && isApplicationInstall(part)),
    );
    const flags = installsWheels ? this.runtimeFlags(install) : flagTexts(run, this.file.text);
    const text = this.lostComments(install, kept) + this.compose(install, kept, flags);
    if (text === this.sourceOf(run.span)) return [];
    const start = this.commentMoves(install) ? this.startWithComments(run) : run.span.start;
    const at = span(start, run.span.end);
    return [
      {
        ...replace(at, text),
        because: this.commands.runtimeReason(install, installsWheels ? 'install' : 'system packages'),
      },
    ];
  }

  private takeOver(install: InstallRun, kept: readonly KeptLink[]): ExplainedEdit {
    const { eol } = this.lines;
    const lines = this.plan.handover.takeOver.map(line => this.instruction(line));
    const partOf = (it: KeptLink) => install.parts.findIndex(part => part.link === it.link);
    const last = install.parts.findLastIndex(isPackagesInstall);
    const comments = this.lostComments(install, kept);
    const rest = kept.length > 0 ? [this.compose(install, kept, this.keptFlags(install))] : [];
    // Steps that follow the install may call what was installed.
    const isFollowed = kept.some(it => partOf(it) > last && roleCalls(install, it));
    const text = comments + (isFollowed ? [...lines, ...rest] : [...rest, ...lines]).join(eol);
    return { ...replace(install.run.span, text), because: this.plan.handover.because };
  }

  /** Packages for an account come when the account is there. */
  private lateTakeOver(): ExplainedEdit[] {
    const { behind, takeOver, because } = this.plan.handover;
    if (!behind) return [];
    const at = this.lines.contentEnd(this.lines.lineOf(behind.span.end));
    const newText = takeOver.map(line => this.lines.eol + this.instruction(line)).join('');
    return [{ span: span(at, at), newText, because }];
  }

  /** Packages change less often than the code: they come first, so that an edit does not copy them again. */
  private earlyTakeOver(): ExplainedEdit[] {
    const copy = this.codeCopy();
    const { takeOver, because, behind } = this.plan.handover;
    if (!copy || behind) return [];
    const { eol } = this.lines;
    const at = blockOf(this.file, copy).start;
    const gap =
      this.lines.lineOf(at) > 0 && this.lines.textOf(this.lines.lineOf(at) - 1).trim() === '' ? eol : '';
    const newText = takeOver.map(line => this.instruction(line) + eol).join('') + gap;
    return [{ span: span(at, at), newText, because }];
  }

  /** Cache mounts of pip and secrets serve the downloads, which happen in the builder now. */
  private runtimeFlags(install: InstallRun): string[] {
    const bind = `--mount=type=bind,from=${this.plan.builderName},source=${WHEELS},target=${WHEELS}`;
    return [bind, ...this.keptFlags(install)];
  }

  private keptFlags({ run, parts }: InstallRun): string[] {
    const downloadsOnly = parts.every(({ role }) => role.kind !== 'other');
    const kept = run.flags.filter(flag => {
      const mount = run.mounts.find(it => it.span.start === flag.span.start);
      if (mount?.type === 'secret' || mount?.type === 'ssh') return !downloadsOnly;
      return mount?.type !== 'cache' || !/pip|\.cache/.test(mount.target ?? '');
    });
    return kept.map(flag => this.sourceOf(flag.span));
  }

  /** Takes the RUN out with the comments that move along, and with one of two blank lines around it. */
  private removal(install: InstallRun): ExplainedEdit {
    const { run } = install;
    const at = this.commentMoves(install) ? blockOf(this.file, run) : this.lines.wholeLines(run.span);
    return {
      ...this.withoutLines(at),
      because: `Only building needs ${listed(this.commands.packagesOf(install)) || 'what this does'}, so the step moves to the builder`,
    };
  }

  /** Where an instruction begins, or the comments above it. */
  private startWithComments(instruction: Instruction): number {
    return commentsAbove(this.file, instruction) === ''
      ? instruction.span.start
      : blockOf(this.file, instruction).start;
  }

  /** Takes lines out with one of two blank lines around them. */
  private withoutLines(at: Span): Edit {
    const firstLine = this.lines.lineOf(at.start);
    const lastLine = this.lines.lineOf(Math.max(at.start, at.end - 1));
    const isBlank = (line: number) =>
      line >= 0 && line < this.lines.count && this.lines.textOf(line).trim() === '';
    const blank = isBlank(lastLine + 1) && isBlank(this.lineLeftBefore(firstLine)) ? 1 : 0;
    return {
      span: span(this.lines.startOf(firstLine), this.lines.endOf(lastLine + blank)),
      newText: '',
    };
  }

  /** The line above that stays, over RUNs that are taken out as well. */
  private lineLeftBefore(line: number): number {
    const above = this.plan.whole.runs.find(
      install =>
        this.lines.lineOf(Math.max(install.run.span.start, install.run.span.end - 1)) === line - 1 &&
        this.commands.keptLinks(install, 'runtime').length === 0,
    );
    return above ? this.lineLeftBefore(this.lines.lineOf(blockOf(this.file, above.run).start)) : line - 1;
  }

  /** Comments of a RUN that neither side keeps, as lines above what is left of it. */
  private lostComments(install: InstallRun, kept: readonly KeptLink[]): string {
    const sides = kept.concat(this.commands.keptLinks(install, 'builder'));
    const text =
      this.compose(install, kept, []) + this.builder.runOf(install.run) + sides.map(it => it.text).join('');
    const { run } = install;
    const comments = this.file.comments
      .filter(it => it.inInstruction && run.span.start < it.span.start && it.span.end <= run.span.end)
      .map(it => this.sourceOf(it.span));
    return [...comments, ...heredocComments(this.file, run)]
      .filter(comment => !text.includes(comment))
      .map(comment => `${comment}${this.lines.eol}`)
      .join('');
  }
}
