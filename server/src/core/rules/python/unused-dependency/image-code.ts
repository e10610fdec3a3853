import { dynamicCode } from '../../../analysis/python-code/usage';
import { serviceNamed } from '../../../compose/query';
import type { Dockerfile, Stage } from '../../../dockerfile/model';
import { ofKind } from '../../../dockerfile/query';
import { builtStages, rootBase, stageNamed } from '../../../dockerfile/stage-graph';
import { baseImage } from '../../../knowledge/base-images';
import { contextCopies } from '../../../project/context-copy';
import type { WorkspaceFacts } from '../../../project/workspace';
import { buildsOf, composeFileAt } from '../../../project/workspace-files';
import { joinPath } from '../../../text/path';

/**
 * True where the Python code that the image of a Dockerfile runs is all among the code of the facts, and its imports
 * say what it needs: it copies some of it, takes none from elsewhere, and finds no module by running.
 */
export function showsAllCode(file: Dockerfile, workspace: WorkspaceFacts): boolean {
  const { code } = workspace;
  if (!code || code.size === 0 || dynamicCode(code).length > 0) return false;
  const targets = buildsOf(workspace, file.path);
  const stages = builtStages(
    file,
    targets.flatMap(({ target }) => target ?? []),
  );
  if (!stages.every(stage => hasKnownBase(file, stage) && bringsNoCode(file, stage))) return false;
  const folders = targets.length > 0 ? targets.map(target => target.context) : contextFolders(workspace);
  if (targets.some(target => mountsFromOutside(target.composePath, target.service, folders, workspace)))
    return false;
  return contextCopies(file, targets).some(({ path }) =>
    [...code.keys()].some(it => folders.some(folder => isBelow(it, joinPath(folder, path)))),
  );
}

/** Where no service says what is built with what, a copied path may be seen from any folder of the code. */
function contextFolders({ context, code }: WorkspaceFacts): string[] {
  if (context) return [context.path];
  const folders = [...(code?.keys() ?? [])].flatMap(path => {
    const names = path.split('/').slice(0, -1);
    return [...names.keys(), names.length].map(count => names.slice(0, count).join('/') || '.');
  });
  return [...new Set(folders)];
}

function isBelow(path: string, pattern: string): boolean {
  if (pattern === '.' || path === pattern || path.startsWith(`${pattern}/`)) return true;
  const fixed = /^[^*?[]*/.exec(pattern)?.[0] ?? '';
  return fixed.length < pattern.length && path.startsWith(fixed);
}

/** A base that somebody else made for this program may hold code of its own. */
function hasKnownBase(file: Dockerfile, stage: Stage): boolean {
  const base = rootBase(file, stage);
  return base.kind === 'scratch' || (base.kind === 'image' && baseImage(base.ref) !== undefined);
}

const FETCHES = /^(git|svn|hg|wget|scp|rsync|aws|gsutil)$/;
const NOTEBOOKS = /^(jupyter(-.*)?|papermill|voila)$/;

function bringsNoCode(file: Dockerfile, stage: Stage): boolean {
  const runs = ofKind(stage.instructions, 'RUN', 'CMD', 'ENTRYPOINT');
  const commands = runs.flatMap(it => it.script.commands);
  if (runs.some(it => it.script.broken)) return false;
  if (commands.some(it => FETCHES.test(it.name) || NOTEBOOKS.test(it.name))) return false;
  if (ofKind(stage.instructions, 'ONBUILD').length > 0) return false;
  return ofKind(stage.instructions, 'COPY', 'ADD').every(
    copy =>
      (copy.from === undefined || stageNamed(file, copy.from) !== undefined || isUv(copy.from)) &&
      copy.sources.every(source => source.literal && !/^[a-z+]+:\/\//.test(source.text)),
  );
}

function isUv(image: string): boolean {
  return /(^|\/)astral-sh\/uv(:|@|$)/.test(image);
}

function mountsFromOutside(
  composePath: string,
  name: string,
  folders: readonly string[],
  workspace: WorkspaceFacts,
): boolean {
  const compose = composeFileAt(workspace, composePath);
  const service = compose && serviceNamed(compose, name);
  const own = composePath.split('/').slice(0, -1).join('/');
  return (service?.volumes ?? []).some(({ type, source }) => {
    if (type !== 'bind' || source === undefined || source.startsWith('/')) return false;
    return !folders.some(folder => isBelow(joinPath(own, source), folder));
  });
}
