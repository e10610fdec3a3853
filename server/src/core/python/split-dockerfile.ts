import type { Copy, Dockerfile } from '../dockerfile/model';
import { ofKind } from '../dockerfile/query';
import { lineage } from '../dockerfile/stage-graph';
import { stateBefore } from '../dockerfile/stage-state';
import { contextPathAt, copiedFiles, imagePath } from '../manifest/copied-files';
import type { Installer } from '../manifest/installers';
import { decline, isDeclined, type Outcome } from '../python-build/decline';
import type { ExplainedEdit } from '../rule';
import { type Span, span } from '../text/span';
import type { Word } from '../text/word';
import { inContext, nameOf } from './split-files';

/** An install of a manifest in an image, with the folder of its build context. */
export interface InstallPlace {
  readonly dockerfile: Dockerfile;
  readonly installer: Installer;
  readonly context: string;
}

/**
 * Installs another file in an image, and copies it where the shared one was copied.
 *
 * @param path of the other file
 * @param copied that, and what it takes in
 * @param because why the command installs another file
 */
export function installInstead(
  place: InstallPlace,
  path: string,
  copied: readonly string[],
  because: string,
): Outcome<readonly ExplainedEdit[]> {
  const { dockerfile, installer } = place;
  const { run, install, manifest } = installer;
  const [written, ...others] = install.manifests;
  if (written === undefined || others.length > 0)
    return decline(`${dockerfile.path} installs several files at once`);
  if (run.mounts.some(mount => mount.type === 'bind')) return decline(`${dockerfile.path} mounts the file`);
  const words = namingWords(dockerfile, [nameOf(written), nameOf(manifest)]);
  const [word] = words;
  if (words.length > 1) return decline(`${dockerfile.path} reads the file more than once`);
  const at = word && endOfWord(dockerfile, word, nameOf(written));
  if (!at) return decline(`${dockerfile.path} names the file in a way that cannot be edited`);
  const copies = copyInstead(place, copied);
  return isDeclined(copies) ? copies : [{ span: at, newText: nameOf(path), because }, ...copies];
}

/** The words of commands that name a file, in whatever folder. */
function namingWords({ instructions }: Dockerfile, names: readonly string[]): Word[] {
  const words = instructions.flatMap(it =>
    'script' in it ? it.script.commands.flatMap(({ words }) => words) : [],
  );
  return words.filter(word => names.some(name => word.text.endsWith(name)));
}

/** Where the last part of a word stands in the file; undefined where quotes or escapes are in it. */
export function endOfWord({ text }: Dockerfile, word: Word, part: string): Span | undefined {
  const end = text.charAt(word.span.end - 1) === '"' ? word.span.end - 1 : word.span.end;
  const at = span(end - part.length, end);
  return text.slice(at.start, at.end) === part ? at : undefined;
}

/**
 * Copies other files of the same folder where an install's manifest is copied; no edits where they come along anyway.
 *
 * @param files paths of the workspace; the manifest is copied further where it is one of them
 */
export function copyInstead(
  { dockerfile, installer: { run, stage, install, manifest }, context }: InstallPlace,
  files: readonly string[],
): Outcome<readonly ExplainedEdit[]> {
  const workdir = stateBefore(dockerfile, run).workdir ?? '/';
  const inImage = imagePath(workdir, install.manifests[0] ?? nameOf(manifest));
  const source = inContext(context, manifest);
  const sources = [...new Set(files)].map(it => inContext(context, it));
  const copies = lineage(dockerfile, stage)
    .flatMap(it => ofKind(it.instructions, 'COPY', 'ADD'))
    .filter(copy => copy.span.start < run.span.start);
  const copy = copies.findLast(it => bringsFile(dockerfile, it, inImage, source));
  if (!copy) return decline(`${dockerfile.path} copies the file in a way that cannot be read`);
  const word = copy.sources.find(it => cleaned(it.text) === source);
  if (!word) {
    const inFolder = (path: string) => `${inImage.slice(0, inImage.lastIndexOf('/'))}/${nameOf(path)}`;
    return sources.every(path => bringsFile(dockerfile, copy, inFolder(path), path))
      ? []
      : decline(`${dockerfile.path} copies the file by a pattern`);
  }
  return copiedAs(dockerfile, copy, word, sources);
}

function copiedAs(
  { path }: Dockerfile,
  { destination, args }: Copy,
  word: Word,
  sources: readonly string[],
): Outcome<readonly ExplainedEdit[]> {
  if (!destination || args.text.trimStart().startsWith('['))
    return decline(`${path} copies the file in a way that cannot be edited`);
  const because = 'Copies what the install reads';
  const edits = [{ span: word.span, newText: sources.join(' '), because }];
  const folder =
    sources.length === 1 && isFolderWritten(destination.text)
      ? destination.text
      : folderWritten(destination.text);
  return folder === destination.text
    ? edits
    : [...edits, { span: destination.span, newText: folder, because }];
}

function isFolderWritten(destination: string): boolean {
  return /(^|\/)\.{0,2}$/.test(destination);
}

/** Several files can only go into what is written as a folder. */
function folderWritten(destination: string): string {
  if (destination.endsWith('/')) return destination;
  if (/(^|\/)\.{1,2}$/.test(destination)) return `${destination}/`;
  return destination.includes('/') ? destination.slice(0, destination.lastIndexOf('/') + 1) : './';
}

function bringsFile(file: Dockerfile, copy: Copy, inImage: string, manifest: string): boolean {
  const copied = copiedFiles(file, copy);
  if (!copied) return false;
  const isFolder = (path: string) => path === '' || (path !== manifest && manifest.startsWith(`${path}/`));
  return contextPathAt(copied, inImage, isFolder) === manifest;
}

function cleaned(path: string): string {
  return path.replace(/^\.?\/+/, '');
}
