import { parseDockerignore } from './dockerignore';
import type { BuildContext, ContextEntry, IgnoreFile, Weight, WorkspaceFacts } from './workspace';

/** Texts of files by path, as they would be after a change. */
export type ChangedTexts = ReadonlyMap<string, string>;

/**
 * The facts as they will be once some files have new texts: what rules read of other files, and what an ignore file
 * keeps out. What an ignore file lets through that was kept out before has not been measured, and is not there.
 */
export function withTexts(
  workspace: WorkspaceFacts,
  changed: ChangedTexts,
  dockerfile: string,
): WorkspaceFacts {
  if (changed.size === 0) return workspace;
  const { context } = workspace;
  const ignoreFile = context && changedIgnoreFile(context, changed, dockerfile);
  return {
    ...workspace,
    texts: new Map([...workspace.texts, ...changed]),
    context: ignoreFile ? withIgnoreFile(context, ignoreFile) : context,
  };
}

/** An ignore file of the Dockerfile's own goes before that of the context. */
function changedIgnoreFile(
  context: BuildContext,
  changed: ChangedTexts,
  dockerfile: string,
): IgnoreFile | undefined {
  const own = `${dockerfile}.dockerignore`;
  const shared = context.path === '.' ? '.dockerignore' : `${context.path}/.dockerignore`;
  const path = [own, shared].find(it => changed.has(it) || context.ignoreFile?.path === it);
  const text = path === undefined ? undefined : changed.get(path);
  return path === undefined || text === undefined ? undefined : { path, text };
}

function withIgnoreFile(context: BuildContext, ignoreFile: IgnoreFile): BuildContext {
  const ignore = parseDockerignore(ignoreFile.text);
  const entries = context.entries.filter(({ path }) => !ignore.ignores(path));
  const gone = context.entries.filter(({ path }) => ignore.ignores(path));
  return {
    ...context,
    ignoreFile,
    sent: without(context.sent, outermost(gone)),
    entries,
    files: new Map([...context.files].filter(([path]) => !ignore.ignores(path))),
  };
}

function outermost(entries: readonly ContextEntry[]): ContextEntry[] {
  return entries.filter(({ path }) => !entries.some(other => path.startsWith(`${other.path}/`)));
}

function without(weight: Weight, entries: readonly ContextEntry[]): Weight {
  return entries.reduce(
    (left, entry) => ({ bytes: left.bytes - entry.bytes, files: left.files - entry.files }),
    weight,
  );
}
