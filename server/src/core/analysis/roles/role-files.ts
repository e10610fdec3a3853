import { decline, isDeclined, type Outcome } from '../../decline';
import type { FileChange } from '../../finding';
import type { PythonRequirement } from '../../manifests/model';
import type { WorkspaceFacts } from '../../project/workspace';
import { applyEdits, areDisjoint } from '../../text/edit';
import { listed } from '../../text/sentence';
import { contains } from '../../text/span';
import { copyWhereRead } from '../requirements/split-dockerfile';
import { baseText, ownText, wholeFile } from '../requirements/split-files';
import type { Role } from './image-roles';
import { copyEdits } from './role-copies';
import type { RoleInstall } from './role-installs';
import { stageEdits } from './role-stages';
import { startEdits } from './role-start';
import { stageOf } from './roles';

/** The files of a role: paths of the workspace. */
export interface RoleFile {
  readonly role: Role;
  readonly dockerfile: string;
  /** The requirements file that its image installs: the base where it needs no more. */
  readonly list: string;
  /** What `list` holds beside the base. */
  readonly requirements: readonly PythonRequirement[];
}

/** The requirements files of all roles. */
export interface RoleLists {
  /** What all need, and packages whose use cannot be seen from imports; undefined where that is nothing. */
  readonly base: { readonly path: string; readonly text: string } | undefined;
  readonly files: readonly RoleFile[];
}

export function roleLists(
  { lines, isFile }: RoleInstall,
  path: string,
  forSome: readonly PythonRequirement[],
  files: readonly RoleFile[],
): RoleLists {
  const text = baseText(lines, forSome);
  const isEmpty = isFile ? text.trim() === '' : forSome.length === lines.requirements.length;
  return { base: isEmpty ? undefined : { path, text }, files };
}

/** The new requirements files. */
export function pathsOf({ base, files }: RoleLists): string[] {
  return [...new Set([...(base ? [base.path] : []), ...files.map(it => it.list)])];
}

export function listFiles({ base, files }: RoleLists, { lines }: RoleInstall): FileChange[] {
  const roles = listed(files.map(it => it.role.name));
  const shared = `What ${roles} need, and packages whose use cannot be seen from imports`;
  return [
    ...(base ? [{ kind: 'create' as const, ...base, because: shared }] : []),
    ...files
      .filter(it => it.requirements.length > 0)
      .map(({ role, list, requirements }): FileChange => {
        const names = listed(role.services.map(it => it.name));
        const because = `What only ${names} ${role.services.length > 1 ? 'need' : 'needs'}`;
        return { kind: 'create', path: list, text: ownText(lines, base?.path, requirements), because };
      }),
  ];
}

/** The Dockerfile of a role: the one of all with its packages, its command, its port and its check. */
export function roleDockerfile(
  { role, dockerfile, list }: RoleFile,
  { base, files }: RoleLists,
  install: RoleInstall,
  workspace: WorkspaceFacts,
): Outcome<FileChange> {
  const { place } = install;
  const names = listed(role.services.map(it => it.name));
  const installed = install.instead(
    list,
    base ? [base.path, list] : [list],
    `Installs only what ${names} needs`,
  );
  if (isDeclined(installed)) return installed;
  const others = files.map(it => it.role).filter(it => it !== role);
  const stage = stageOf(role.lead);
  if (!stage) return decline('no-stage-of-role', { role: role.name });
  const start = startEdits(place.dockerfile, role, others);
  if (isDeclined(start)) return start;
  const image = { file: place.dockerfile, stage, context: place.context };
  const copied = copyEdits(image, role, others, workspace);
  const gone = stageEdits(place.dockerfile, role, others);
  const within = [...installed, ...copied, ...start].filter(
    edit => !gone.some(it => contains(it.span, edit.span)),
  );
  const edits = [...within, ...gone];
  if (!areDisjoint(edits)) return decline('steps-overlap', { path: place.dockerfile.path });
  const what = [...copied, ...gone, ...start].map(it => it.because);
  const because = [`The image of ${names} has only its own packages`, ...new Set(what)].join('; ');
  return { kind: 'create', path: dockerfile, text: applyEdits(place.dockerfile.text, edits), because };
}

/** An ignore file that belongs to the Dockerfile by its name goes with it. */
export function ignoreFile(
  { dockerfile }: RoleFile,
  original: string,
  { texts }: WorkspaceFacts,
): FileChange[] {
  const text = texts.get(`${original}.dockerignore`);
  const because = `The builder looks for an ignore file named after the Dockerfile`;
  return text === undefined ? [] : [{ kind: 'create', path: `${dockerfile}.dockerignore`, text, because }];
}

/**
 * The list that is there takes the new ones in, and the Dockerfile that still installs it copies them. A list that other
 * Dockerfiles install too stays as it is: they might not copy what it takes in.
 */
export function originalChanges(
  { lines, isFile, isShared, place }: RoleInstall,
  lists: RoleLists,
): Outcome<readonly FileChange[]> {
  if (!isFile || isShared) return [];
  const made = pathsOf(lists);
  const copied = copyWhereRead(place, [lines.path, ...made]);
  if (isDeclined(copied)) return copied;
  const because = `Copies what ${lines.path} includes now, because this image may still be built`;
  const edits = copied.map(it => ({ ...it, because }));
  const { path } = place.dockerfile;
  return [wholeFile(lines, made), ...(edits.length > 0 ? [{ kind: 'edit' as const, path, edits }] : [])];
}
