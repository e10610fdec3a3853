import { posix, resolve } from 'node:path';
import type { Connection } from 'vscode-languageserver';
import type { Compose } from '../core/compose/model';
import { parseCompose } from '../core/compose/parse';
import { conversions } from '../core/lint';
import type { WorkspaceFacts } from '../core/project/workspace';
import type { SourceFile } from '../core/rule';
import { type OfferedConversion, type Provable, provable } from '../protocol';
import { answering, type GoOn, type Surprises, textField } from './answering';
import type { Documents, OpenFile } from './documents';
import type { Findings } from './findings';
import type { Workspaces } from './workspaces';

/** Tells the client what a proof of an open file would be about; the proof itself is a process of its own. */
export function registerProvable(
  connection: Connection,
  documents: Documents,
  workspaces: Workspaces,
  findings: Findings,
  surprises: Surprises,
): void {
  const answer = async (params: { uri: string }, goOn: GoOn): Promise<Provable | null> => {
    const uri = textField(params, 'uri');
    const located = workspaces.locate(uri);
    if (!located) return null;
    const { root, path } = located;
    const workspace = await root.workspace.factsFor(path);
    goOn();
    const open = await documents.model(uri, goOn);
    if (!open || open.file.language === 'python-manifest') return null;
    return {
      folder: resolve(root.folder, projectFolder(open.file, workspace)),
      conversions: offeredIn(open, { ...findings.context(uri), workspace }),
    };
  };
  connection.onRequest(provable.method, answering(provable.method, surprises, answer));
}

function offeredIn({ file }: OpenFile, context: ReturnType<Findings['context']>): OfferedConversion[] {
  return conversions(file, context).flatMap(({ conversion, offers }) => {
    if (offers.length === 0) return [];
    const subjects = offers.flatMap(offer => offer.subject ?? []);
    return [{ id: conversion.meta.id, title: conversion.meta.title, subjects }];
  });
}

/**
 * The smallest folder, from the root, that holds a file and all that its builds read and its services mount. What lies
 * above the root is left out: nothing outside of the workspace is copied.
 */
function projectFolder(file: SourceFile, { context, targets, texts }: WorkspaceFacts): string {
  const others = new Set(targets.map(target => target.composePath).filter(path => path !== file.path));
  const composeFiles = [
    ...(file.language === 'compose' ? [file] : []),
    ...[...others].map(path => parseCompose(path, texts.get(path) ?? '')),
  ];
  const folders = [
    posix.dirname(file.path),
    ...targets.flatMap(it => [it.context, posix.dirname(it.dockerfile), posix.dirname(it.composePath)]),
    ...(context ? [context.path] : []),
    ...composeFiles.flatMap(mountedBy),
  ].map(folder => posix.join(folder, '.'));
  const inside = folders.filter(folder => folder !== '..' && !folder.startsWith('../'));
  return inside.reduce(commonFolder);
}

/** What the services mount by a path relative to their file. */
function mountedBy({ path, services }: Compose): string[] {
  return services.flatMap(({ volumes }) =>
    volumes.flatMap(({ type, source }) =>
      type === 'bind' && source && /^\.\.?(\/|$)/.test(source)
        ? [posix.join(posix.dirname(path), source)]
        : [],
    ),
  );
}

function commonFolder(one: string, other: string): string {
  const parts = one.split('/');
  const others = other.split('/');
  const differ = parts.findIndex((part, index) => part !== others[index]);
  return (differ === -1 ? parts : parts.slice(0, differ)).join('/') || '.';
}
