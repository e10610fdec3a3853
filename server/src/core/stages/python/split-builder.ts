import { commentsAbove } from '../../dockerfile/instruction-block';
import type { Arg, Copy, Env, Instruction, Run } from '../../dockerfile/model';
import type { KeptLink } from '../../dockerfile/run-chain';
import { uvCommand } from '../../shell/uv';
import { replace } from '../../text/edit';
import type { ExplainedEdit } from '../../text/explained-edits';
import { listed } from '../../text/sentence';
import { span } from '../../text/span';
import { folderAt } from './copied-files';
import { setsInstallsUp } from './install-setup';
import { folderOf } from './paths';
import {
  bringsUv,
  codeCopies,
  destinationOf,
  flagTexts,
  MANIFEST,
  matchCase,
  mattersToBuilding,
} from './split-parts';
import { SplitText } from './split-text';
import { type InstallRun, isInstallerCall, isProjectInstall } from './stage-reading';
import { syncFlags } from './uv-project';
import { withoutSystemPython } from './uv-system';
import { withWordEdits } from './word-edits';

function hasGapBetween(text: string, previous: Instruction, next: Instruction): boolean {
  return /\n[ \t]*\r?\n/.test(text.slice(previous.span.end, next.span.start));
}

/** Writes the stage that builds the packages. */
export class BuilderStage extends SplitText {
  stage(): ExplainedEdit {
    const { stage, pipRuns } = this.plan.whole;
    const { eol } = this.lines;
    const last = pipRuns.at(-1) ?? pipRuns[0];
    const until = stage.instructions.filter(it => it !== stage.from && it.span.start <= last.run.span.start);
    let text = this.from();
    let gap = false;
    let previous: Instruction = stage.from;
    for (const instruction of until) {
      gap ||= hasGapBetween(this.file.text, previous, instruction);
      previous = instruction;
      const own = this.instructionOf(instruction);
      if (own === '') continue;
      text += `${eol}${gap ? eol : ''}${own}`;
      gap = false;
    }
    const at = stage.from.span.start;
    return {
      span: span(at, at),
      newText: `${text}${eol}${eol}`,
      because: `A stage of its own ${this.plan.handover.builderDoes}, which keeps ${this.keeps()} out of what ships`,
    };
  }

  private keeps(): string {
    const { buildOnly, whole } = this.plan;
    if (buildOnly.length > 0) return listed(buildOnly);
    if (whole.base.withoutUv) return 'uv and its downloads';
    return this.plan.slim ? 'the compilers and headers of the full image' : "pip's downloads and build files";
  }

  private from(): string {
    const { from } = this.plan.whole.stage;
    const head = this.file.text.slice(from.span.start, from.image?.span.end ?? from.span.end);
    const isLower = from.keyword.text === from.keyword.text.toLowerCase();
    const as = from.asKeyword?.text ?? (isLower ? 'as' : 'AS');
    return `${head} ${as} ${this.plan.builderName}`;
  }

  private instructionOf(instruction: Instruction): string {
    switch (instruction.kind) {
      case 'ARG':
        return this.settingOf(instruction);
      case 'SHELL':
      case 'WORKDIR':
        return this.sourceOf(instruction.span);
      case 'ENV':
        return mattersToBuilding(instruction) ? this.settingOf(instruction) : '';
      case 'COPY':
      case 'ADD':
        return this.copyOf(instruction);
      case 'RUN':
        return this.runOf(instruction);
      default:
        return '';
    }
  }

  private settingOf(setting: Arg | Env): string {
    return this.plan.handover.makesEnvironment
      ? withoutSystemPython(this.file, setting)
      : this.sourceOf(setting.span);
  }

  private copyOf(copy: Copy): string {
    if (bringsUv(this.plan.whole, copy)) return commentsAbove(this.file, copy) + this.sourceOf(copy.span);
    if (setsInstallsUp(this.plan.whole, copy)) return this.withoutOwner(copy);
    const needsCode = this.plan.asked.reads === 'sources' && !this.plan.handover.project?.manifests;
    if (this.plan.kind.delivers === 'packages' && (needsCode || copy.from !== undefined))
      return this.withoutOwner(copy);
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

  runOf(run: Run): string {
    const install = this.plan.whole.runs.find(it => it.run === run);
    if (!install) return '';
    const kept = this.commands.keptLinks(install, 'builder');
    if (kept.length === 0) return '';
    const above = this.commentMoves(install) ? commentsAbove(this.file, run) : '';
    const flags = flagTexts(run, this.file.text);
    if (this.plan.handover.project) return above + this.syncOf(install, kept);
    if (install !== this.firstInPlace()) return above + this.compose(install, kept, flags);
    return this.withPreparation(install, kept, above);
  }

  /** Dependencies from the lock file first, so that an edit of the code does not install them again. */
  private syncOf(install: InstallRun, kept: readonly KeptLink[]): string {
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
}
