import { decline, declineAt, isDeclined, lineNumber, type Outcome } from '../../decline';
import { containerStart } from '../../dockerfile/container-start';
import { isOfficial } from '../../dockerfile/image-ref';
import type { Copy, Dockerfile, Run, Stage } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import { finalState } from '../../dockerfile/stage-state';
import { distrolessPackages, hasDistrolessJava, isDistrolessUser } from '../../knowledge/distroless';
import type { WorkspaceFacts } from '../../project/workspace';
import { removal, withComments } from '../../stage-split/render';
import { programName, startedWords } from '../../stage-split/started-program';
import type { ExplainedEdit } from '../../text/explained-edits';
import { builtFor, type DistrolessImage } from './built-for';
import { installsOnly } from './held-packages';
import { objectionToShells } from './shells';

export interface DistrolessPlan {
  readonly stage: Stage;
  /** What it ships on, as FROM names it. */
  readonly image: string;
  readonly edits: readonly ExplainedEdit[];
}

/** How the last stage of a Dockerfile can do without a shell and a package manager, or what stands in the way. */
export function planDistroless(file: Dockerfile, workspace: WorkspaceFacts): Outcome<DistrolessPlan> {
  const problem = file.problems[0];
  if (problem)
    return decline(`line ${lineNumber(file.text, problem.span.start)} cannot be read`, problem.span);
  const stage = file.stages.at(-1);
  if (!stage) return decline('there is no FROM');
  const objection = objectionToBase(file, stage) ?? objectionToShells(file, stage, workspace);
  if (objection) return objection;
  const image = imageFor(file, stage, workspace);
  if (isDeclined(image)) return image;
  const installs = runsOfFinalStage(file, stage, image);
  if (isDeclined(installs)) return installs;
  const user = objectionToUsers(file, stage);
  if (user) return user;
  const word = stage.from.image;
  if (!word) return decline('there is no image behind FROM');
  const tag = isNonroot(file, stage) ? ':nonroot' : '';
  const name = `gcr.io/distroless/${image.name}${tag}`;
  return {
    stage,
    image: name,
    edits: [
      {
        span: word.span,
        newText: name,
        because: `${image.because}, and nothing in this stage needs a shell or a package manager`,
      },
      ...installs.map(run => removal({ file }, run, 'The image holds this anyway')),
    ],
  };
}

/** Images of which a program can take nothing but its libraries. */
const SYSTEMS = ['debian', 'ubuntu', 'alpine', 'busybox', 'eclipse-temurin'];

function objectionToBase(file: Dockerfile, stage: Stage) {
  const { base, from } = stage;
  if (stage.index === 0) return declineAt(file, from, 'begins the only stage, which builds too');
  if (base.kind === 'scratch') return declineAt(file, from, 'begins a stage that is empty already');
  if (base.kind === 'stage')
    return declineAt(file, from, 'builds on another stage, and with it on all that is in there');
  if (base.kind !== 'image' || !from.image?.literal)
    return declineAt(file, from, 'has a base image that a variable names');
  const { ref } = base;
  if (ref.name.startsWith('gcr.io/distroless/'))
    return declineAt(file, from, 'ships on a distroless image already');
  if (isOfficial(ref, 'python'))
    return declineAt(file, from, 'has a Python in another place than that of distroless images');
  return SYSTEMS.some(it => isOfficial(ref, it))
    ? undefined
    : declineAt(file, from, 'has a base image that may hold more than a system, such as settings');
}

/** The image that holds just what the program of the stage needs. */
function imageFor(file: Dockerfile, stage: Stage, workspace: WorkspaceFacts): Outcome<DistrolessImage> {
  const { base } = stage;
  if (base.kind === 'image' && isOfficial(base.ref, 'eclipse-temurin')) return javaImage(file, stage);
  return builtFor(file, stage, workspace);
}

function javaImage(file: Dockerfile, stage: Stage): Outcome<DistrolessImage> {
  const { base, from } = stage;
  const tag = base.kind === 'image' ? (base.ref.tag ?? '') : '';
  const [, major = ''] = /^(\d+)(?:[.u_][\w.+]*)?-jre(-(focal|jammy|noble))?$/.exec(tag) ?? [];
  const start = containerStart(file, stage);
  if (!hasDistrolessJava(major))
    return declineAt(file, from, 'has a base image for which there is no distroless one of the same Java');
  if (!start.entrypoint)
    return declineAt(
      file,
      start.cmd ?? from,
      'starts without an ENTRYPOINT, so that the one of the image of Java would take it for its own arguments',
    );
  if (programName(startedWords(start)[0]) !== 'java')
    return declineAt(file, start.entrypoint, 'starts something else than java');
  return {
    name: `java${major}-debian12`,
    holds: distrolessPackages('cc'),
    because: `It holds Java ${major} and what that needs`,
  };
}

/** The steps that only install what the image holds: they go. */
function runsOfFinalStage(
  file: Dockerfile,
  stage: Stage,
  { holds }: DistrolessImage,
): Outcome<readonly Run[]> {
  const runs = ofKind(stage.instructions, 'RUN');
  for (const run of runs) {
    const missing = installsOnly(file, run, holds);
    if (missing !== undefined) return declineAt(file, run, missing);
    if (withComments({ file }, run).first !== lineNumber(file.text, run.span.start) - 1)
      return declineAt(file, run, 'has a comment that would speak of nothing');
    if (file.comments.some(it => run.span.start < it.span.end && it.span.start < run.span.end))
      return declineAt(file, run, 'holds a comment that would be lost');
  }
  const other = stage.instructions.find(it => it.kind === 'ONBUILD' || it.kind === 'UNKNOWN');
  return other ? declineAt(file, other, 'may do anything') : runs;
}

function objectionToUsers(file: Dockerfile, stage: Stage) {
  const users = ofKind(stage.instructions, 'USER').filter(it => !isKnown(it.user?.text));
  const [user] = users;
  if (user)
    return declineAt(
      file,
      user,
      `names the user ${user.user?.text ?? ''}, whom distroless images do not know`,
    );
  const copy = ofKind(stage.instructions, 'COPY', 'ADD').find(it => !isKnown(ownerOf(it)));
  return (
    copy && declineAt(file, copy, `names the owner ${ownerOf(copy)}, whom distroless images do not know`)
  );
}

function ownerOf(copy: Copy): string | undefined {
  return copy.flags.find(it => it.name === 'chown')?.value;
}

function isKnown(user: string | undefined): boolean {
  if (user === undefined) return true;
  return user.split(':').every(it => /^\d+$/.test(it) || isDistrolessUser(it));
}

/**
 * True where the tag for the user that every distroless image has for this means the same: it begins in that user's
 * home, unless a WORKDIR above the first COPY says where.
 */
function isNonroot(file: Dockerfile, stage: Stage): boolean {
  const [first] = ofKind(stage.instructions, 'COPY', 'ADD', 'WORKDIR');
  const isPlaced = first?.kind === 'WORKDIR' && first.args.text.trim().startsWith('/');
  return isPlaced && /^(nonroot|65532)(:|$)/.test(finalState(file, stage).user?.user?.text ?? '');
}
