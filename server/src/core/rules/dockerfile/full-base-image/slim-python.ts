import { installing, pythonTag, type Wanted } from '../../../analysis/installs/prebuilt-wheels';
import { installsIn } from '../../../analysis/installs/python-installs';
import { codeInImage } from '../../../analysis/python-code/code-in-image';
import type { ImageRef } from '../../../dockerfile/image-ref';
import type { Dockerfile, Stage } from '../../../dockerfile/model';
import { runCommands } from '../../../dockerfile/query';
import { contributingStages, stagesOn } from '../../../dockerfile/stage-graph';
import { debianReleases } from '../../../knowledge/debian-releases';
import { normalizedName } from '../../../manifests/requirements';
import type { WorkspaceFacts } from '../../../project/workspace';
import { packageCommand, packageName } from '../../../shell/packages';
import { compilesAtRunTime, moduleNeeds, systemNeeds } from '../../../stages/python/system-needs';
import { escapedForPattern } from '../../../text/pattern-source';
import type { LanguageCheck, SlimFit } from './slim-fit';
import { callsAny } from './slim-fit';

const OWN_PROGRAMS = 'python[\\d.]*|pip[\\d.]*|uv|uvx|poetry|pipenv|pdm|virtualenv|celery';

/**
 * Whether the Python packages of an image do on the slim base: all of them come as wheels, and what these load from the
 * system is installed with apt.
 */
export function slimPython(
  file: Dockerfile,
  stage: Stage,
  ref: ImageRef,
  workspace: WorkspaceFacts,
): LanguageCheck {
  const stages = contributingStages(file, ...stagesOn(file, stage));
  const { requirements: wanted, complete } = installsIn(file, stages, workspace);
  const names = [...new Set(wanted.map(it => normalizedName(it.name)))].filter(it => it !== 'playwright');
  const programs = new RegExp(`^(${[OWN_PROGRAMS, ...names.map(escapedForPattern)].join('|')})$`);
  const [library] = moduleNeeds(codeInImage(file, workspace).map(([, it]) => it));
  const isMissing = library !== undefined && !aptPackages(stages).has(library);
  return {
    programs,
    verdict: isMissing
      ? { kind: 'needs', what: `${library} for tkinter` }
      : verdictOn(stages, wanted, complete, ref),
  };
}

function verdictOn(
  stages: readonly Stage[],
  wanted: readonly Wanted[],
  complete: boolean,
  ref: ImageRef,
): SlimFit {
  const python = pythonTag((ref.tag ?? '').split('-')[0]);
  const byApt = aptPackages(stages);
  for (const one of wanted) {
    const how = installing(one, python, 'glibc');
    if (how.kind === 'compiles')
      return { kind: 'needs', what: `a compiler for ${how.packages[0] ?? one.name}` };
    if (compilesAtRunTime(one.name)) return { kind: 'needs', what: `a compiler for ${one.name}` };
    const needs = systemNeeds(one, debianReleases(ref));
    const missing = needs?.find(name => !byApt.has(name));
    if (missing !== undefined) return { kind: 'needs', what: `${missing} for ${one.name}` };
    if (how.kind === 'unknown' || !needs) return { kind: 'unsure', because: `how ${one.name} is built` };
  }
  if (!complete) return { kind: 'unsure', because: 'Python packages that are not known' };
  const others = callsAny(stages, /^(npm|npx|yarn|pnpm|bun|gem|bundle|cargo|go|R|Rscript|conda|mamba)$/);
  return others ? { kind: 'unsure', because: 'packages of another language' } : { kind: 'fits' };
}

function aptPackages(stages: readonly Stage[]): ReadonlySet<string> {
  const installs = runCommands(stages).flatMap(({ command }) => packageCommand(command) ?? []);
  return new Set(installs.filter(it => it.action === 'install').flatMap(it => it.packages.map(packageName)));
}
