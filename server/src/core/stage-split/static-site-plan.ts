import { allOf, environmentNames, servicesOf } from '../compose/image-services';
import type { Service } from '../compose/model';
import { nodeAt } from '../compose/query';
import { keywordInCaseOf } from '../dockerfile/edit';
import { isOfficial } from '../dockerfile/image-ref';
import type { Dockerfile, Instruction, Run, Stage, User } from '../dockerfile/model';
import { ofKind } from '../dockerfile/query';
import { finalState, stateBefore } from '../dockerfile/stage-state';
import type { WorkspaceFacts } from '../facts/workspace';
import { inWorkspace } from '../manifest/context-needs';
import { parseDockerignore } from '../manifest/dockerignore';
import { decline, declineAt, isDeclined, lineNumber, type Outcome } from '../python-build/decline';
import type { ExplainedEdit } from '../rule';
import type { Command } from '../shell/command';
import { span, textAt } from '../text/span';
import { NGINX, NGINX_FOR_ANY_USER } from './nginx-site';
import { buildsSite, installsStaticServer } from './node-steps';
import { MOVES, objectionToServices, type StageSplit } from './plan';
import { removal, withComments } from './render';
import { type SiteStart, siteStart } from './static-site-start';

export interface StaticSitePlan {
  readonly split: StageSplit;
  readonly start: SiteStart;
  readonly image: string;
  /** Name of the file, at the top of the build context, that tells nginx what to serve. */
  readonly config: string;
  /** The path of the facts that it goes by. */
  readonly configPath: string;
  /** Of the instructions that ship: what starts nginx, as whom, and what asks it. */
  readonly edits: readonly ExplainedEdit[];
}

const CONFIG = 'nginx.conf';

/** How the files that a Dockerfile builds can be served without what built them, or what stands in the way. */
export function planStaticSite(file: Dockerfile, workspace: WorkspaceFacts): Outcome<StaticSitePlan> {
  const stage = onlyStage(file);
  if (isDeclined(stage)) return stage;
  const start = siteStart(file, stage, workspace);
  if (isDeclined(start)) return start;
  const split = splitBehindFiles(file, stage);
  if (isDeclined(split)) return split;
  const objection =
    objectionToFolder(split, start, workspace) ??
    objectionToServices(file, stage, workspace) ??
    objectionToNginx(split, start, workspace);
  if (objection) return objection;
  const configPath = placeOfConfig(workspace);
  if (isDeclined(configPath)) return configPath;
  const user = userEdit(split);
  const check = checkEdits(split);
  if (isDeclined(user)) return user;
  if (isDeclined(check)) return check;
  const edits = [
    ...serverInstalls(split.file, stage).map(it => removal(split, it, NOT_NEEDED)),
    ...user,
    ...check,
  ];
  return {
    split,
    start,
    image: runsAsRoot(split) ? NGINX : NGINX_FOR_ANY_USER,
    config: CONFIG,
    configPath,
    edits: [...edits, startEdit(split, start)],
  };
}

const NOT_NEEDED = 'nginx serves the files, so nothing else has to be installed for it';

/** Where the file with nginx's settings goes, so that the build can copy it. */
function placeOfConfig({ context }: WorkspaceFacts): Outcome<string> {
  if (!context) return decline('nobody has listed the files of the build context');
  const path = inWorkspace(context, CONFIG);
  if (context.files.has(CONFIG))
    return decline(`${path} is there already, and may tell nginx something else`);
  const { ignoreFile } = context;
  return ignoreFile && parseDockerignore(ignoreFile.text).ignores(CONFIG)
    ? decline(`${ignoreFile.path} keeps ${CONFIG} out of the build context, which nginx is to be told by`)
    : path;
}

function onlyStage(file: Dockerfile): Outcome<Stage> {
  const [stage, second] = file.stages;
  if (!stage) return decline('there is no FROM');
  const problem = file.problems[0];
  if (problem)
    return decline(`line ${lineNumber(file.text, problem.span.start)} cannot be read`, problem.span);
  if (second)
    return declineAt(file, second.from, 'begins a second stage, so that the build is split already');
  const { base, from } = stage;
  return base.kind === 'image' && isOfficial(base.ref, 'node')
    ? stage
    : declineAt(file, from, 'has a base image that is not the official one of Node');
}

/** All that writes files goes to the builder: of what it leaves the image that ships takes one folder. */
function splitBehindFiles(file: Dockerfile, stage: Stage): Outcome<StageSplit> {
  const installs = serverInstalls(file, stage);
  const writers = ofKind(stage.instructions, 'RUN', 'COPY', 'ADD').filter(
    it => !installs.some(one => one === it),
  );
  const lastBuild = writers.at(-1);
  const builds = ofKind(stage.instructions, 'RUN').some(run => run.script.commands.some(buildsSite));
  if (!lastBuild || !builds)
    return declineAt(file, stage.from, 'begins a stage that builds nothing with npm, yarn or pnpm');
  const { workdir } = stateBefore(file, lastBuild);
  if (workdir === undefined || workdir === '/')
    return declineAt(file, lastBuild, 'builds outside a folder that a WORKDIR names');
  const shared: Instruction[] = [];
  const moved: Instruction[] = [];
  for (const instruction of stage.instructions) {
    const isAbove = instruction.span.start < lastBuild.span.start;
    const objection = objectionTo(file, instruction, isAbove);
    if (objection) return objection;
    if (isAbove && MOVES.includes(instruction.kind)) moved.push(instruction);
    if (isAbove && (instruction.kind === 'ENV' || instruction.kind === 'ARG')) shared.push(instruction);
  }
  return { file, stage, lastBuild, workdir, shared, moved, packages: [] };
}

function objectionTo(file: Dockerfile, instruction: Instruction, isAbove: boolean) {
  const { kind } = instruction;
  if (kind === 'ONBUILD') return declineAt(file, instruction, 'builds later, in other images');
  if (kind === 'UNKNOWN') return declineAt(file, instruction, 'is an instruction that nobody knows');
  if (isAbove && /^(CMD|ENTRYPOINT|USER|HEALTHCHECK)$/.test(kind))
    return declineAt(
      file,
      instruction,
      `is ${kind === 'ENTRYPOINT' ? 'an' : 'a'} ${kind} in the middle of the build`,
    );
  return !isAbove && kind === 'SHELL'
    ? declineAt(file, instruction, 'names a shell that the image of nginx may lack')
    : undefined;
}

/** Steps that only install the server that goes, where no comment would go with them. */
function serverInstalls(file: Dockerfile, stage: Stage): Run[] {
  return ofKind(stage.instructions, 'RUN').filter(run => {
    const { commands, broken } = run.script;
    const only = commands.length > 0 && !broken && commands.every(installsStaticServer);
    const at = withComments({ file }, run);
    const holdsComment = file.comments.some(
      it => run.span.start < it.span.end && it.span.start < run.span.end,
    );
    return only && !holdsComment && at.first === lineNumber(file.text, run.span.start) - 1;
  });
}

function objectionToFolder(
  { file, stage }: StageSplit,
  { at, folder }: SiteStart,
  { context }: WorkspaceFacts,
) {
  if (!context) return decline('nobody has listed the files of the build context');
  const config = [...context.files.keys()].find(path => /(^|\/)(serve|now)\.json$/.test(path));
  if (config !== undefined) return decline(`${config} may tell the server more than where the files are`);
  const steps = ofKind(stage.instructions, 'RUN').filter(it => it.script.commands.some(buildsSite));
  const source = steps.map(it => stateBefore(file, it).workdir ?? '/').find(it => holds(folder, it));
  return source === undefined
    ? undefined
    : declineAt(file, at, `serves ${folder}, which holds what is built with too`);
}

function holds(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

const SETTINGS: Readonly<Record<string, string>> = {
  user: 'runs as a user of its own',
  read_only: 'may write nowhere, and nginx writes down its process number',
  cap_drop: 'takes rights away that nginx starts with',
};

function objectionToNginx({ file, stage }: StageSplit, { hearsPort }: SiteStart, workspace: WorkspaceFacts) {
  for (const image of servicesOf(file, stage, workspace)) {
    for (const service of allOf(image, workspace)) {
      const setting = Object.keys(SETTINGS).find(it => nodeAt(service.node, it) !== undefined);
      if (setting !== undefined) return decline(`the service ${service.name.text} ${SETTINGS[setting]}`);
      if (hearsPort && maySetPort(service))
        return decline(`the service ${service.name.text} may set PORT, which the server listens on`);
    }
  }
  return undefined;
}

function maySetPort(service: Service): boolean {
  return environmentNames(service).includes('PORT') || nodeAt(service.node, 'env_file') !== undefined;
}

function runsAsRoot({ file, stage }: StageSplit): boolean {
  const user = finalState(file, stage).user?.user?.text;
  return user === undefined || /^(root|0)(:|$)/.test(user);
}

/** The image of Node calls 1000 `node`; nginx's knows no such name. Source: https://github.com/nodejs/docker-node */
function userEdit(split: StageSplit): Outcome<readonly ExplainedEdit[]> {
  const { file, stage } = split;
  const instruction: User | undefined = finalState(file, stage).user;
  const word = instruction?.user;
  if (!instruction || !word || runsAsRoot(split) || /^\d+(:\d+)?$/.test(word.text)) return [];
  if (!/^node(:node)?$/.test(word.text))
    return declineAt(file, instruction, `names the user ${word.text}, whom the image of nginx does not know`);
  return [
    {
      span: word.span,
      newText: '1000:1000',
      because: 'The user called node has these numbers in the image of Node, and no name in that of nginx',
    },
  ];
}

function checkEdits({ file, stage }: StageSplit): Outcome<readonly ExplainedEdit[]> {
  const check = finalState(file, stage).healthcheck;
  if (!check || check.none) return [];
  const { commands, broken } = check.script;
  const foreign = commands.find(it => !/^(curl|wget|exit|test|\[|true|false|grep|echo)$/.test(it.name));
  if (foreign || broken)
    return declineAt(
      file,
      check,
      `calls ${foreign?.name || 'a program that nobody can tell'}, which the image of nginx may lack`,
    );
  const strange = commands.find(it => it.name === 'wget' && !isForBusybox(it));
  if (strange) return declineAt(file, check, 'calls wget with options that the one of BusyBox may not know');
  return commands
    .filter(it => it.name === 'wget')
    .flatMap(it => it.words)
    .flatMap(word => {
      const at = textAt(file.text, word.span).indexOf('localhost');
      if (at === -1) return [];
      const start = word.span.start + at;
      return [
        {
          span: span(start, start + 'localhost'.length),
          newText: '127.0.0.1',
          because: 'BusyBox may take localhost for the address of IPv6, which nginx does not listen on here',
        },
      ];
    });
}

/** Source: https://busybox.net/downloads/BusyBox.html#wget (2026-11) */
function isForBusybox({ words }: Command): boolean {
  return words
    .slice(1)
    .filter(it => it.text.startsWith('-'))
    .every(it =>
      /^(-q|--quiet|--spider|-qO-?|-O-?|-qO|--no-verbose|-nv|--tries=1|-t|-T|-T\d+|--timeout=\d+|-)$/.test(
        it.text,
      ),
    );
}

function startEdit({ file }: StageSplit, { at }: SiteStart): ExplainedEdit {
  return {
    span: at.span,
    newText: `${keywordInCaseOf(file, at.kind)} ["nginx", "-g", "daemon off;"]`,
    because: 'nginx serves the same folder on the same port, in some megabytes and without Node',
  };
}
