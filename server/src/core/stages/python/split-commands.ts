import type { KeptLink } from '../../dockerfile/run-chain';
import { aptPackageName } from '../../shell/apt';
import { uvCommand } from '../../shell/uv';
import { type Edit, replace } from '../../text/edit';
import { listed } from '../../text/sentence';
import type { Span } from '../../text/span';
import type { Word } from '../../text/word';
import { installAllEdits, installEdits } from './pip-lines';
import type { SplitPlan } from './split-plan';
import { type InstallRun, isPackagesInstall, type Part } from './stage-reading';
import { syncEdits } from './uv-project';
import { withWordEdits } from './word-edits';

/** One of the two stages that a stage is split into. */
export type Side = 'builder' | 'runtime';

/** True where something else than an install comes behind a part: that comes behind the last install, too. */
function isFollowed({ parts }: InstallRun, part: Part): boolean {
  return parts.slice(parts.indexOf(part) + 1).some(({ role }) => role.kind === 'other');
}

/** Decides which command of which RUN either stage keeps, and how it is written there. */
export class SplitCommands {
  private readonly file;

  constructor(private readonly plan: SplitPlan) {
    this.file = plan.whole.file;
  }

  /** The commands of a RUN that one of the stages keeps, as it writes them; none where only settings are left. */
  keptLinks(install: InstallRun, side: Side): KeptLink[] {
    const kept = install.parts.flatMap(part => {
      const text = this.linkText(install, part, side);
      return text === undefined ? [] : [{ link: part.link, text, part }];
    });
    const does = kept.some(({ part }) => part.role.kind !== 'setting');
    return does ? kept : [];
  }

  private linkText(install: InstallRun, part: Part, side: Side): string | undefined {
    const { role, link } = part;
    const verbatim = this.sourceOf(link.span);
    switch (role.kind) {
      case 'setting':
      case 'install-setup':
        return verbatim;
      case 'apt-remove':
        return side === 'runtime' ? this.removalText(part, role.apt.packages) : undefined;
      case 'apt-install':
        return this.aptText(part, role.apt.packages, side);
      case 'apt-update':
        return this.needsLists(install, side) ? verbatim : undefined;
      case 'apt-clean':
        return this.keepsCleaning(install, side) ? verbatim : undefined;
      case 'apt-upgrade':
        return side === 'runtime' ? verbatim : undefined;
      case 'project-install':
        return side === 'builder' ? this.projectText(install, part, 'as written') : undefined;
      case 'installer-setup':
      case 'dependency-list':
      case 'environment-made':
        return side === 'builder' ? verbatim : undefined;
      case 'environment-active':
        return side === 'builder' || isFollowed(install, part) ? verbatim : undefined;
      case 'pip-install':
        return side === 'builder' ? this.builderPip(install, part) : this.runtimePip(part);
      default:
        return side === 'runtime' ? verbatim : undefined;
    }
  }

  /** A `uv sync` with what the builder tells it; Poetry and Pipenv as they are written. */
  projectText(install: InstallRun, { link }: Part, step: 'dependencies' | 'as written'): string {
    const uv = uvCommand(link.command);
    const edits = uv ? syncEdits(this.file, install.run, uv, step) : [];
    return withWordEdits(this.file.text, link.span, edits, this.file.escape);
  }

  private aptText({ link }: Part, packages: readonly Word[], side: Side): string | undefined {
    const seen = new Set(packages.map(aptPackageName));
    const edits: Edit[] = [];
    let left = 0;
    for (const word of packages) {
      const name = aptPackageName(word);
      const placement = this.placement(name);
      const stays = side === 'builder' ? placement?.builder : placement ? placement.runtime : true;
      const libraries =
        stays || side === 'builder' ? [] : this.newLibraries(placement?.libraries ?? [], seen);
      if (stays || libraries.length > 0) left++;
      if (!stays) edits.push(replace(word.span, libraries.join(' ')));
    }
    return left === 0 ? undefined : withWordEdits(this.file.text, link.span, edits, this.file.escape);
  }

  /** A removal of what is still there: the libraries in the place of headers are to stay. */
  private removalText({ link }: Part, packages: readonly Word[]): string | undefined {
    const gone = packages.filter(word => this.placement(aptPackageName(word))?.runtime === false);
    if (gone.length === packages.length) return undefined;
    const edits = gone.map(word => replace(word.span, ''));
    return withWordEdits(this.file.text, link.span, edits, this.file.escape);
  }

  private newLibraries(libraries: readonly string[], seen: Set<string>): string[] {
    const fresh = libraries.filter(name => !seen.has(name));
    for (const name of fresh) seen.add(name);
    return fresh;
  }

  /** Where a package of apt goes, and which libraries stand for it in what ships. */
  placement(name: string) {
    return this.plan.placements.get(name);
  }

  /** The packages of apt that a RUN installs. */
  packagesOf({ parts }: InstallRun): string[] {
    return parts.flatMap(({ role }) =>
      role.kind === 'apt-install' ? role.apt.packages.map(aptPackageName) : [],
    );
  }

  private installsOn(install: InstallRun, side: Side): boolean {
    return this.packagesOf(install).some(name => {
      const placement = this.placement(name);
      if (side === 'builder') return placement?.builder === true;
      return placement === undefined || placement.runtime || placement.libraries.length > 0;
    });
  }

  /** Lists are fetched for an install in the same RUN, or in a RUN of its own for one that follows. */
  private needsLists(install: InstallRun, side: Side): boolean {
    const upgrades = install.parts.some(({ role }) => role.kind === 'apt-upgrade');
    if (upgrades) return side === 'runtime' || this.installsOn(install, side);
    if (this.packagesOf(install).length > 0) return this.installsOn(install, side);
    const any = this.plan.whole.runs.some(other => this.installsOn(other, side));
    const none = this.plan.whole.runs.every(other => this.packagesOf(other).length === 0);
    return any || (none && side === 'runtime');
  }

  private keepsCleaning(install: InstallRun, side: Side): boolean {
    const isAlone = this.packagesOf(install).length === 0;
    if (side === 'runtime') return isAlone || this.needsLists(install, side);
    return !isAlone && this.installsOn(install, side) && !install.parts.some(isPackagesInstall);
  }

  private builderPip(install: InstallRun, part: Part): string | undefined {
    if (part.role.kind !== 'pip-install') return undefined;
    const verbatim = this.sourceOf(part.link.span);
    const { installs, pip } = part.role;
    if (installs === 'pip itself' || installs === 'setuptools') return verbatim;
    const { kind } = this.plan;
    const isMounted = install.run.mounts.some(
      it => it.type === 'cache' && /pip|\.cache/.test(it.target ?? ''),
    );
    const edits = kind.pipEdits(pip, isMounted ? 'kept in a mount' : 'left out');
    const written = withWordEdits(this.file.text, part.link.span, edits, this.file.escape);
    if (kind.delivers === 'packages') return written.trimStart();
    const isLast = this.plan.whole.pips.at(-1) === pip;
    return installs === 'build helpers' && !isLast ? `${verbatim} && ${written}` : written;
  }

  private runtimePip(part: Part): string | undefined {
    if (part.role.kind !== 'pip-install' || part.role.installs === 'pip itself') return undefined;
    if (this.plan.kind.delivers === 'packages') return undefined;
    if (part.role.installs === 'setuptools') return this.sourceOf(part.link.span);
    const { pip } = part.role;
    const edits = this.plan.asked.byWheel ? installAllEdits(pip) : installEdits(pip);
    const assignments = pip.command.assignments.map(it => replace(it.span, ''));
    const all = [...edits, ...(pip.command.wrappers.length === 0 ? assignments : [])];
    return withWordEdits(this.file.text, part.link.span, all, this.file.escape).trimStart();
  }

  /** Why a RUN of the stage that ships is written anew. */
  runtimeReason(install: InstallRun, change: 'install' | 'system packages'): string {
    if (change === 'install') return this.plan.handover.because;
    const placed = this.packagesOf(install).map(name => ({ name, placement: this.placement(name) }));
    const libraries = [...new Set(placed.flatMap(it => it.placement?.libraries ?? []))];
    const gone = placed.filter(it => it.placement?.runtime === false).map(it => it.name);
    if (gone.length === 0) return this.removalReason(install);
    const instead = libraries.length > 0 ? `, and what was built with them needs ${listed(libraries)}` : '';
    return `Only building needs ${listed(gone)}${instead}`;
  }

  /** Why something is left out of a RUN that installs nothing for building. */
  private removalReason({ parts }: InstallRun): string {
    const removed = parts.flatMap(({ role }) => (role.kind === 'apt-remove' ? role.apt.packages : []));
    const missing = removed.map(aptPackageName).filter(name => this.placement(name)?.runtime === false);
    if (missing.length === 0) return 'The builder installs the packages';
    return `${listed(missing)} never came into what ships, so nothing has to remove them`;
  }

  private sourceOf(at: Span): string {
    return this.file.text.slice(at.start, at.end);
  }
}
