import { instructionText } from '../dockerfile/edit';
import type { Copy, Instruction, Run } from '../dockerfile/model';
import { ofKind } from '../dockerfile/query';
import { composeRun, type KeptLink } from '../dockerfile/run-chain';
import { tidied } from '../explained-edits';
import type { ExplainedEdit } from '../rule';
import { uvCommand } from '../shell/uv';
import { type Edit, replace } from '../text/edit';
import { listed } from '../text/sentence';
import { type Span, span } from '../text/span';
import { folderAt } from './copied-files';
import { WHEELS } from './handover';
import { folderOf } from './paths';
import { SplitCommands } from './split-commands';
import {
  bringsUv,
  codeCopies,
  destinationOf,
  flagTexts,
  MANIFEST,
  matchCase,
  mattersToBuilding,
  roleCalls,
  WRITES_FILES,
} from './split-parts';
import type { SplitPlan } from './split-plan';
import {
  type InstallRun,
  isApplicationInstall,
  isInstallerCall,
  isPackagesInstall,
  isProjectInstall,
} from './stage-reading';
import { StageText } from './stage-text';
import { syncFlags } from './uv-project';
import { withWordEdits } from './word-edits';

/** Writes the plan down as edits of the file. */
export function renderSplit(plan: SplitPlan): ExplainedEdit[] {
  return tidied(plan.whole.file.text, new SplitWriter(plan).edits());
}

class SplitWriter extends StageText {
  private readonly commands: SplitCommands;

  constructor(private readonly plan: SplitPlan) {
    super(plan.whole.file);
    this.commands = new SplitCommands(plan);
  }

  edits(): ExplainedEdit[] {
    const { runs } = this.plan.whole;
    return [
      this.builderStage(),
      ...this.slimBase(),
      ...this.addedLibraries(),
      ...runs.flatMap(install => this.runtimeRun(install)),
      ...this.lateTakeOver(),
      ...this.installerCopies(),
      ...this.earlyTakeOver(),
    ];
  }

  private builderStage(): ExplainedEdit {
    const { stage, pipRuns } = this.plan.whole;
    const { eol } = this.lines;
    const last = pipRuns.at(-1) ?? pipRuns[0];
    const until = stage.instructions.filter(it => it !== stage.from && it.span.start <= last.run.span.start);
    let text = this.builderFrom();
    let gap = false;
    let previous: Instruction = stage.from;
    for (const instruction of until) {
      gap ||= this.hasGapBefore(instruction, previous);
      previous = instruction;
      const own = this.builderInstruction(instruction);
      if (own === '') continue;
      text += `${eol}${gap ? eol : ''}${own}`;
      gap = false;
    }
    const at = stage.from.span.start;
    return {
      span: span(at, at),
      newText: `${text}${eol}${eol}`,
      because: `A stage of its own ${this.plan.handover.builderDoes}, which keeps ${this.builderKeeps()} out of what ships`,
    };
  }

  private builderKeeps(): string {
    const { buildOnly } = this.plan;
    if (buildOnly.length > 0) return listed(buildOnly);
    return this.plan.slim ? 'the compilers and headers of the full image' : "pip's downloads and build files";
  }

  private builderFrom(): string {
    const { from } = this.plan.whole.stage;
    const head = this.file.text.slice(from.span.start, from.image?.span.end ?? from.span.end);
    const isLower = from.keyword.text === from.keyword.text.toLowerCase();
    const as = from.asKeyword?.text ?? (isLower ? 'as' : 'AS');
    return `${head} ${as} ${this.plan.builderName}`;
  }

  private builderInstruction(instruction: Instruction): string {
    switch (instruction.kind) {
      case 'ARG':
      case 'SHELL':
      case 'WORKDIR':
        return this.sourceOf(instruction.span);
      case 'ENV':
        return mattersToBuilding(instruction) ? this.sourceOf(instruction.span) : '';
      case 'COPY':
      case 'ADD':
        return this.builderCopy(instruction);
      case 'RUN':
        return this.builderRun(instruction);
      default:
        return '';
    }
  }

  private builderCopy(copy: Copy): string {
    const { kind } = this.plan.handover;
    if (bringsUv(this.plan.whole, copy)) return this.commentsAbove(copy).text + this.sourceOf(copy.span);
    const needsCode = this.plan.asked.reads === 'sources' && !this.plan.handover.project?.manifests;
    if (kind !== 'wheels' && (needsCode || copy.from !== undefined)) return this.withoutOwner(copy);
    const files = this.plan.handover.project?.manifests ?? this.plan.asked.files;
    const own = files.filter(file => file.by === copy);
    if (own.length === 0) return '';
    if (copy.sources.every(source => MANIFEST.test(source.text))) return this.withoutOwner(copy);
    const workdir = folderAt(this.file, copy) ?? '/';
    const folders = new Map<string, string[]>();
    for (const { inImage, inContext } of own) {
      const folder = folderOf(inImage);
      folders.set(folder, [...(folders.get(folder) ?? []), inContext]);
    }
    const keyword = copy.keyword.text.length === 4 ? copy.keyword.text : matchCase('copy', copy.keyword.text);
    return [...folders]
      .map(([folder, sources]) => `${keyword} ${sources.join(' ')} ${destinationOf(folder, workdir)}`)
      .join(this.lines.eol);
  }

  /** The user of `--chown` is made later than the builder ends, and owns nothing there. */
  private withoutOwner(copy: Copy): string {
    const owner = copy.flags.find(flag => flag.name === 'chown');
    const edits = owner ? [replace(owner.span, '')] : [];
    return withWordEdits(this.file.text, copy.span, edits, this.file.escape);
  }

  private builderRun(run: Run): string {
    const install = this.plan.whole.runs.find(it => it.run === run);
    if (!install) return '';
    const kept = this.commands.keptLinks(install, 'builder');
    if (kept.length === 0) return '';
    const above = this.commentMoves(install) ? this.commentsAbove(run).text : '';
    const flags = flagTexts(run, this.file.text);
    if (this.plan.handover.kind === 'uv-sync') return above + this.builderSync(install, kept);
    if (install !== this.firstInPlace()) return above + this.compose(install, kept, flags);
    return this.withPreparation(install, kept, above);
  }

  /** Dependencies from the lock file first, so that an edit of the code does not install them again. */
  private builderSync(install: InstallRun, kept: readonly KeptLink[]): string {
    const { run } = install;
    const sync = install.parts.find(isProjectInstall);
    const uv = sync && uvCommand(sync.link.command);
    if (!sync || !uv) return this.compose(install, kept, flagTexts(run, this.file.text));
    const flags = syncFlags(this.file, run, uv);
    const whole = this.compose(install, kept, flags);
    const { project } = this.plan.handover;
    if (!project?.installsProject) return whole;
    const text = this.commands.projectText(install, sync, 'dependencies');
    const first = kept.map(it => (it.link === sync.link ? { ...it, text } : it));
    const code = codeCopies(this.plan.whole).map(copy => this.withoutOwner(copy));
    const again = this.compose(
      install,
      kept.filter(it => it.link === sync.link),
      flags,
    );
    return [this.compose(install, first, flags), ...code, again].join(this.lines.eol);
  }

  private installerCopies(): ExplainedEdit[] {
    const because = 'Only the builder needs uv';
    return ofKind(this.plan.whole.stage.instructions, 'COPY')
      .filter(copy => bringsUv(this.plan.whole, copy))
      .map(copy => ({ ...this.blockWith(this.commentsAbove(copy).at, copy), because }));
  }

  /** The first RUN that installs into what is handed over: pip upgrades itself in there, Poetry stays outside. */
  private firstInPlace(): InstallRun | undefined {
    const { runs, pipRuns } = this.plan.whole;
    const byInstaller = pipRuns.some(({ parts }) => parts.some(isInstallerCall));
    if (byInstaller) return pipRuns[0];
    return runs.find(({ parts }) => parts.some(({ role }) => role.kind === 'pip-install'));
  }

  /** What makes the environment stands above the RUN, or between its installers and its installs. */
  private withPreparation(install: InstallRun, kept: readonly KeptLink[], above: string): string {
    const { eol } = this.lines;
    const flags = flagTexts(install.run, this.file.text);
    const lines = this.plan.handover.prepare.map(line => this.instruction(line) + eol).join('');
    const first = kept.findIndex(({ link }) =>
      install.parts.some(part => part.link === link && isInstallerCall(part)),
    );
    const roleAt = (it: KeptLink) => install.parts.find(part => part.link === it.link)?.role.kind;
    const outside = first === -1 ? [] : kept.slice(0, first);
    if (lines === '' || !outside.some(it => roleAt(it) === 'pip-install'))
      return lines + above + this.compose(install, kept, flags);
    const settings = outside.filter(it => roleAt(it) === 'setting');
    const inside = [...settings, ...kept.slice(first)];
    return above + this.compose(install, outside, flags) + eol + lines + this.compose(install, inside, flags);
  }

  private instruction([keyword, args]: readonly [keyword: string, args: string]): string {
    return instructionText(this.file, keyword, args);
  }

  private slimBase(): ExplainedEdit[] {
    const { plan } = this;
    const image = plan.whole.stage.from.image;
    if (!plan.slim || !image) return [];
    return [
      {
        ...replace(image.span, plan.slim),
        because: 'What ships needs Python and the wheels, not the compilers and headers of the full image',
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
    const at = this.lines.startOf(this.lines.lineOf(this.commentsAbove(before).at.start));
    const goesOn = this.file.escape;
    const keyword = run.keyword.text;
    const text = [
      `${keyword} apt-get update ${goesOn}`,
      `    && apt-get install -y --no-install-recommends ${added.join(' ')} ${goesOn}`,
      '    && rm -rf /var/lib/apt/lists/*',
    ].join(eol);
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
    const at = this.commentMoves(install) ? this.commentsAbove(run).at : run.span;
    return [
      {
        ...replace(at, text),
        because: this.commands.runtimeReason(install, installsWheels ? 'install' : 'system packages'),
      },
    ];
  }

  /** True for the install in whose place the packages are taken over. */
  private takesOver(install: InstallRun): boolean {
    const { takeOver, behind } = this.plan.handover;
    const isHere = behind === undefined && this.codeCopy() === undefined;
    return takeOver.length > 0 && isHere && install === this.plan.whole.pipRuns.at(-1);
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
    const at = this.lines.startOf(this.lines.lineOf(this.commentsAbove(copy).at.start));
    const gap =
      this.lines.lineOf(at) > 0 && this.lines.textOf(this.lines.lineOf(at) - 1).trim() === '' ? eol : '';
    const newText = takeOver.map(line => this.instruction(line) + eol).join('') + gap;
    return [{ span: span(at, at), newText, because }];
  }

  /** The first copy of more than manifests above the last install; none where nothing is taken over. */
  private codeCopy(): Copy | undefined {
    return this.plan.handover.takeOver.length === 0 ? undefined : codeCopies(this.plan.whole)[0];
  }

  /** What stands above a RUN speaks of compilers and headers where it installs nothing else. */
  private commentMoves(install: InstallRun): boolean {
    const names = this.commands.packagesOf(install);
    if (this.takesOver(install)) return false;
    const onlyApt = install.parts.every(({ role }) => role.kind !== 'other' && role.kind !== 'pip-install');
    if (this.commands.keptLinks(install, 'runtime').length === 0)
      return this.commands.keptLinks(install, 'builder').length > 0;
    return (
      onlyApt && names.length > 0 && names.every(name => this.commands.placement(name)?.runtime === false)
    );
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
    const above = this.commentMoves(install) ? this.commentsAbove(install.run).at : install.run.span;
    return {
      ...this.blockWith(above, install.run),
      because: `Only building needs ${listed(this.commands.packagesOf(install)) || 'what this does'}, so the step moves to the builder`,
    };
  }

  /** Takes an instruction out, with what stands above it and with one of two blank lines around it. */
  private blockWith(above: Span, instruction: Instruction): Edit {
    const firstLine = this.lines.lineOf(above.start);
    const lastLine = this.lines.lineOf(Math.max(instruction.span.start, instruction.span.end - 1));
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
    return above ? this.lineLeftBefore(this.lines.lineOf(this.commentsAbove(above.run).at.start)) : line - 1;
  }

  private compose(install: InstallRun, kept: readonly KeptLink[], flags: readonly string[]): string {
    return composeRun(this.file, { run: install.run, kept, flags }, this.lines.eol);
  }

  /** Comments of a RUN that neither side keeps, as lines above what is left of it. */
  private lostComments(install: InstallRun, kept: readonly KeptLink[]): string {
    const sides = kept.concat(this.commands.keptLinks(install, 'builder'));
    const text =
      this.compose(install, kept, []) + this.builderRun(install.run) + sides.map(it => it.text).join('');
    return this.file.comments
      .filter(
        it =>
          it.inInstruction && install.run.span.start < it.span.start && it.span.end <= install.run.span.end,
      )
      .map(it => this.sourceOf(it.span))
      .filter(comment => !text.includes(comment))
      .map(comment => `${comment}${this.lines.eol}`)
      .join('');
  }
}
