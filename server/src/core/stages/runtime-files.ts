import { decline, declineAt, isDeclined, type Outcome } from '../decline';
import type { Copy, Dockerfile } from '../dockerfile/model';
import { ofKind } from '../dockerfile/query';
import { copiedFiles, imagePathOf } from '../project/copied-files';
import type { WorkspaceFacts } from '../project/workspace';
import type { StageSplit } from './plan';

/** Facts list no more files of a context than this. */
const MOST_LISTED = 20_000;

/**
 * Files and folders of the project that the running program may read: all that is copied before the last build step
 * and is no source. Absolute paths of the image; a folder at the top of the working folder stands for all in it.
 */
export function runtimeFiles(
  { file, stage, lastBuild, workdir }: StageSplit,
  { context }: WorkspaceFacts,
  isSource: (contextPath: string) => boolean,
): Outcome<readonly string[]> {
  if (!context) return decline('no-context');
  const paths = [...context.files.keys()];
  if (paths.length >= MOST_LISTED) return decline('context-too-large');
  const isFolder = (path: string) => path === '' || paths.some(it => it.startsWith(`${path}/`));
  const found = new Set<string>();
  const isNoSource = (path: string) => !isSource(path);
  for (const copy of ofKind(stage.instructions, 'COPY', 'ADD')) {
    if (copy.span.start > lastBuild.span.start) break;
    const targets = targetsOf(file, copy, paths.filter(isNoSource), isFolder);
    if (isDeclined(targets)) return targets;
    const outside = targets.find(it => !it.startsWith(`${workdir}/`));
    if (outside) return declineAt(file, copy, 'copies-to-outside', { path: outside, folder: workdir });
    for (const it of targets) found.add(`${workdir}/${it.slice(workdir.length + 1).split('/')[0]}`);
  }
  const odd = [...found].find(it => /[\s"'$\\]/.test(it));
  return odd === undefined ? [...found].sort() : decline('odd-name', { path: odd });
}

/** Where a COPY puts some files of the context, those that it takes. */
function targetsOf(
  file: Dockerfile,
  copy: Copy,
  paths: readonly string[],
  isFolder: (path: string) => boolean,
): Outcome<readonly string[]> {
  if (copy.kind === 'ADD') return declineAt(file, copy, 'adds-archive');
  const copied = copiedFiles(file, copy);
  if (!copied) return declineAt(file, copy, 'unknown-copy');
  if (copy.flags.some(it => it.name === 'chown' || it.name === 'chmod'))
    return declineAt(file, copy, 'changes-owner-or-mode');
  return paths.flatMap(path => imagePathOf(copied, path, isFolder) ?? []);
}
