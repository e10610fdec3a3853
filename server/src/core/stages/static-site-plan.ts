import { decline, declineAt, isDeclined, type Outcome } from '../decline';
import { insertBelow, keywordInCaseOf } from '../dockerfile/edit';
import { isOfficial } from '../dockerfile/image-ref';
import type { Copy, Dockerfile, Instruction, Stage } from '../dockerfile/model';
import { ofKind } from '../dockerfile/query';
import { stateBefore } from '../dockerfile/stage-state';
import type { FileChange, NotOffered } from '../finding';
import { imagePath } from '../project/copied-files';
import type { WorkspaceFacts } from '../project/workspace';
import { replace } from '../text/edit';
import { withoutBuildSettings } from './build-settings';
import { cutInTwo } from './cut';
import { lastStage } from './last-stage';
import { nginxSite } from './nginx-site';
import { buildsSite } from './node-steps';
import { type Placed, placedAround, WHY } from './placed';
import { article, isBuiltByName, type StageSplit } from './plan';
import type { SplitPlan } from './render';
import { type NginxService, type ServedStage, serverInstalls, serveWithNginx } from './static-site-nginx';
import { type SiteStart, siteStart } from './static-site-start';

const BECAUSE = 'The final stage has the built folder, which nginx serves as the Node server did';

/** How the files that a Dockerfile builds can be served without what built them, or what stands in the way. */
export function planStaticSite(file: Dockerfile, workspace: WorkspaceFacts): Outcome<SplitPlan> {
  const stage = lastStageOnNode(file);
  if (isDeclined(stage)) return stage;
  const start = siteStart(file, stage, workspace);
  if (isDeclined(start)) return start;
  return stage.index === 0
    ? splitSite(file, stage, start, workspace)
    : serveSite({ file, stage }, start, workspace);
}

/** One stage builds and serves: it is cut in two. */
function splitSite(
  file: Dockerfile,
  stage: Stage,
  start: SiteStart,
  workspace: WorkspaceFacts,
): Outcome<SplitPlan> {
  const cut = splitBehindFiles(file, stage, workspace);
  if (isDeclined(cut)) return cut;
  const objection = objectionToFolder(cut, start, workspace);
  if (objection) return objection;
  const nginx = serveWithNginx(cut, start, workspace);
  if (isDeclined(nginx)) return nginx;
  const { folder } = start;
  const sides = {
    finishing: [],
    image: nginx.image,
    copies: [`${folder} ${folder}`],
    fromContext: [nginx.configCopy],
    because: BECAUSE,
    added: nginx.edits,
  };
  const newFiles = [configFile(nginx, start)];
  return { stage, image: nginx.image, split: () => ({ ...cutInTwo(cut, sides), newFiles }) };
}

function configFile({ configPath }: NginxService, start: SiteStart): FileChange {
  const because =
    'It tells nginx which folder to serve, on which port, and what answers a path that is no file';
  return { kind: 'create', path: configPath, text: nginxSite(start), because };
}

/** The last stage only serves what an earlier one built: it gets another base. */
function serveSite(served: ServedStage, start: SiteStart, workspace: WorkspaceFacts): Outcome<SplitPlan> {
  const { file, stage } = served;
  const copy = copyOfFolder(served, start);
  if (isDeclined(copy)) return copy;
  const objection = objectionToFolder(served, start, workspace);
  if (objection) return objection;
  const nginx = serveWithNginx(served, start, workspace);
  if (isDeclined(nginx)) return nginx;
  const { image } = stage.from;
  if (!image) return declineAt(file, stage.from, 'no-base');
  const placed = stage.instructions.map((instruction): Placed => {
    if (instruction !== stage.from) return { instruction, goes: 'final', why: WHY.run };
    return { instruction, goes: 'rewritten', why: BECAUSE, edits: [replace(image.span, nginx.image)] };
  });
  const config = {
    ...insertBelow(file, copy, [`${keywordInCaseOf(file, 'COPY')} ${nginx.configCopy}`]),
    because: 'It sets the folder and the port that nginx serves',
  };
  const added = [config, ...nginx.edits];
  const newFiles = [configFile(nginx, start)];
  return { stage, image: nginx.image, split: () => ({ file, stage, placed, added, newFiles }) };
}

/** The COPY that takes the folder from another stage, in a stage that does little else. */
function copyOfFolder({ file, stage }: ServedStage, { at, folder }: SiteStart): Outcome<Copy> {
  const installs = serverInstalls(file, stage);
  for (const instruction of stage.instructions) {
    const objection = objectionToServing(file, instruction);
    if (objection) return objection;
    if (instruction.kind === 'RUN' && !installs.includes(instruction))
      return declineAt(file, instruction, 'runs-more-than-server');
  }
  const taken = ofKind(stage.instructions, 'COPY').findLast(copy => {
    const target = copy.from === undefined ? undefined : targetOf(file, copy);
    return target !== undefined && holds(target, folder);
  });
  return taken ?? declineAt(file, at, 'serves-unknown-folder', { folder });
}

function objectionToServing(file: Dockerfile, instruction: Instruction): NotOffered | undefined {
  const { kind } = instruction;
  return kind === 'SHELL' || kind === 'ADD'
    ? declineAt(file, instruction, 'in-stage-that-serves', { instruction: article(kind) })
    : objectionTo(file, instruction, false);
}

/** The folder that a COPY writes to; undefined where nobody can tell. */
function targetOf(file: Dockerfile, copy: Copy): string | undefined {
  const { workdir } = stateBefore(file, copy);
  const { destination } = copy;
  return destination?.literal && (workdir !== undefined || destination.text.startsWith('/'))
    ? imagePath(workdir ?? '/', destination.text)
    : undefined;
}

function lastStageOnNode(file: Dockerfile): Outcome<Stage> {
  const stage = lastStage(file);
  if (isDeclined(stage)) return stage;
  const { base, from } = stage;
  return base.kind === 'image' && isOfficial(base.ref, 'node')
    ? stage
    : declineAt(file, from, 'not-official-node');
}

/** All that writes files goes to the builder: of what it leaves the image that ships takes one folder. */
function splitBehindFiles(file: Dockerfile, stage: Stage, workspace: WorkspaceFacts): Outcome<StageSplit> {
  const installs = serverInstalls(file, stage);
  const writers = ofKind(stage.instructions, 'RUN', 'COPY', 'ADD').filter(
    it => !installs.some(one => one === it),
  );
  const lastBuild = writers.at(-1);
  const builds = ofKind(stage.instructions, 'RUN').some(run => run.script.commands.some(buildsSite));
  if (!lastBuild || !builds)
    return declineAt(file, stage.from, 'no-build-step', { tool: 'npm, yarn or pnpm' });
  const { workdir } = stateBefore(file, lastBuild);
  if (workdir === undefined || workdir === '/') return declineAt(file, lastBuild, 'builds-without-workdir');
  for (const instruction of stage.instructions) {
    const isAbove = instruction.span.start < lastBuild.span.start;
    const objection = objectionTo(file, instruction, isAbove);
    if (objection) return objection;
  }
  const why = 'nginx serves the files instead';
  const placed = placedAround(stage, lastBuild, ['ENV', 'ARG']).map(it =>
    installs.some(run => run === it.instruction) ? { ...it, goes: 'dropped' as const, why } : it,
  );
  const kept = withoutBuildSettings(file.text, placed);
  const isTarget = isBuiltByName(file, stage, workspace);
  return { file, stage, lastBuild, workdir, placed: kept, packages: [], isTarget };
}

function objectionTo(file: Dockerfile, instruction: Instruction, isAbove: boolean) {
  const { kind } = instruction;
  if (kind === 'ONBUILD') return declineAt(file, instruction, 'builds-in-other-images');
  if (kind === 'UNKNOWN') return declineAt(file, instruction, 'unknown-instruction');
  if (isAbove && /^(CMD|ENTRYPOINT|USER|HEALTHCHECK)$/.test(kind))
    return declineAt(file, instruction, 'in-middle-of-build', { instruction: article(kind) });
  return !isAbove && kind === 'SHELL' ? declineAt(file, instruction, 'shell-unknown-to-nginx') : undefined;
}

function objectionToFolder(
  { file, stage }: ServedStage,
  { at, folder }: SiteStart,
  { context }: WorkspaceFacts,
) {
  if (!context) return decline('no-context');
  const config = [...context.files.keys()].find(path => /(^|\/)(serve|now)\.json$/.test(path));
  if (config !== undefined) return decline('server-config', { file: config });
  const steps = ofKind(stage.instructions, 'RUN').filter(it => it.script.commands.some(buildsSite));
  const source = steps.map(it => stateBefore(file, it).workdir ?? '/').find(it => holds(folder, it));
  return source === undefined ? undefined : declineAt(file, at, 'serves-build-folder', { folder });
}

function holds(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
