import {
  outermost,
  present,
  takesOut,
  unneededClutter,
} from '../../../analysis/context/generated-dockerignore';
import { isSecretFile } from '../../../analysis/secrets/files';
import type { Dockerfile } from '../../../dockerfile/model';
import type { Clutter } from '../../../knowledge/context-clutter';
import { lineForPath, parseDockerignore, takenBackPaths } from '../../../project/dockerignore';
import type { BuildContext, ContextEntry, IgnoreFile, WorkspaceFacts } from '../../../project/workspace';
import { type Edit, insert } from '../../../text/edit';
import { linesOf } from '../../../text/lines';
import { joinPath } from '../../../text/path';

/** What an ignore file lets through though hardly any image wants it. */
export interface IgnoreLeaks {
  /** Without the secrets, heaviest first, nothing twice. */
  readonly entries: readonly ContextEntry[];
  /** Files with secrets, by path relative to the context. */
  readonly secrets: readonly string[];
  /** The kinds of things that leak, with the paths of each. */
  readonly kinds: readonly LeakingKind[];
}

interface LeakingKind {
  readonly clutter: Clutter;
  readonly paths: readonly string[];
}

/**
 * What is there, is sent, and lies in `folder`; what a negated line takes back by its name is wanted.
 *
 * @param folder relative to the context, empty for all of it
 */
export function ignoreLeaks(
  file: Dockerfile,
  context: BuildContext,
  ignoreFile: IgnoreFile,
  workspace: WorkspaceFacts,
  folder: string,
): IgnoreLeaks {
  const ignore = parseDockerignore(ignoreFile.text);
  const leaks = (path: string) =>
    (folder === '' || path.startsWith(`${folder}/`)) && !takesOut(ignore, path) && !ignore.takesBack(path);
  const leakingPaths = (clutter: Clutter) => {
    const pattern = parseDockerignore(clutter.pattern);
    const isWanted = (path: string) => pattern.ignores(path) && ignore.takesBack(path);
    return present(clutter, context).filter(
      path =>
        leaks(path) &&
        !withFolders(path).some(isWanted) &&
        (clutter.group !== 'secrets' || isSecret(context, workspace, path)),
    );
  };
  const asked = (clutter: Clutter) => clutter.unwanted === true && leakingPaths(clutter).length > 0;
  const kinds = unneededClutter(file, context, workspace, asked).map(clutter => ({
    clutter,
    paths: leakingPaths(clutter),
  }));
  const secrets = kinds.filter(it => it.clutter.group === 'secrets').flatMap(it => it.paths);
  const others = kinds.filter(it => it.clutter.group !== 'secrets');
  return {
    kinds: withoutCovered(kinds),
    secrets: [...new Set(secrets)],
    entries: heaviest(context, others).filter(({ path }) => leaks(path)),
  };
}

/** `a/b/c`, `a/b`, `a`. */
function withFolders(path: string): string[] {
  const names = path.split('/');
  return names.map((_, index) => names.slice(0, names.length - index).join('/'));
}

/** Leaves out what the kinds before it keep out already. */
function withoutCovered(kinds: readonly LeakingKind[]): LeakingKind[] {
  const covered = new Set<string>();
  return kinds.filter(({ paths }) => {
    const isNew = paths.some(path => !covered.has(path));
    for (const path of paths) covered.add(path);
    return isNew;
  });
}

function isSecret(context: BuildContext, { texts }: WorkspaceFacts, path: string): boolean {
  return context.files.has(path)
    ? isSecretFile(path, texts.get(joinPath(context.path, path)))
    : /^\.(ssh|aws)$/.test(path);
}

/** Folders of which nothing is left, and the files that are not in one. */
function heaviest(context: BuildContext, kinds: readonly LeakingKind[]): ContextEntry[] {
  const lines = parseDockerignore(kinds.map(it => it.clutter.pattern).join('\n'));
  const known = context.entries.filter(({ path }) => takesOut(lines, path));
  const listed = new Set(known.map(it => it.path));
  const files = [...new Set(kinds.flatMap(it => it.paths))]
    .filter(path => !listed.has(path) && context.files.has(path))
    .map(path => ({ path, kind: 'file' as const, bytes: context.files.get(path) ?? 0, files: 1 }));
  return outermost([...known, ...files]);
}

/** Appends the lines that keep the leaks out, in the file's own style. Its negated lines keep their effect. */
export function closeLeaks(ignoreFile: IgnoreFile, { kinds }: IgnoreLeaks): Edit {
  const { text } = ignoreFile;
  const { eol } = linesOf(text);
  const takenBack = takenBackPaths(text);
  const patternsOf = ({ clutter, paths }: LeakingKind) => {
    const pattern = parseDockerignore(clutter.pattern);
    const isTooWide = takenBack.some(path => pattern.ignores(path));
    return isTooWide ? paths.map(lineForPath) : [clutter.pattern];
  };
  const groups = [...new Set(kinds.map(it => it.clutter.group))];
  const isCommented = /^#/m.test(text);
  const added = groups.flatMap(group => {
    const lines = [...new Set(kinds.filter(it => it.clutter.group === group).flatMap(patternsOf))];
    return isCommented ? ['', `# ${group}`, ...lines] : lines;
  });
  // A group begins with an empty line, unless one stands there, or nothing.
  if (isCommented && /(^|\n)\r?\n$/.test(text)) added.shift();
  const joint = text === '' || text.endsWith('\n') ? '' : eol;
  return insert(text.length, joint + added.map(line => line + eol).join(''));
}
