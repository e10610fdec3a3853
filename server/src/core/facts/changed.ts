import type { BuildContext, WorkspaceFacts } from './workspace';

/** Texts of files by path, as somebody would leave them. */
export type ChangedTexts = ReadonlyMap<string, string>;

/**
 * The facts as they will be once some files have new texts: what rules read of neighbours, and whether an ignore file
 * applies. What the context weighs stays as it was measured.
 */
export function withTexts(
  workspace: WorkspaceFacts,
  changed: ChangedTexts,
  dockerfile: string,
): WorkspaceFacts {
  if (changed.size === 0) return workspace;
  const { context } = workspace;
  return {
    ...workspace,
    texts: new Map([...workspace.texts, ...changed]),
    context: context && withIgnoreFile(context, changed, dockerfile),
  };
}

/** An ignore file of the Dockerfile's own goes before that of the context. */
function withIgnoreFile(context: BuildContext, changed: ChangedTexts, dockerfile: string): BuildContext {
  const own = `${dockerfile}.dockerignore`;
  const shared = context.path === '.' ? '.dockerignore' : `${context.path}/.dockerignore`;
  const path = [own, shared].find(it => changed.has(it) || context.ignoreFile?.path === it);
  const text = path === undefined ? undefined : changed.get(path);
  return path === undefined || text === undefined ? context : { ...context, ignoreFile: { path, text } };
}
