import { decline, isDeclined, type Outcome } from '../../decline';
import type { Copy, Dockerfile, Mount, Run, Stage } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import { lineage } from '../../dockerfile/stage-graph';
import { stateBefore } from '../../dockerfile/stage-state';
import { contextPathAt, copiedFiles, imagePath } from '../../project/copied-files';
import type { Command } from '../../shell/command';
import { pipCommand } from '../../shell/pip';
import { uvCommand } from '../../shell/uv';
import type { ExplainedEdit } from '../../text/explained-edits';
import { contains, type Span, span } from '../../text/span';
import type { Word } from '../../text/word';
import type { Installer } from '../installs/installers';
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
  const { run, install } = installer;
  const [written, ...others] = install.manifests;
  if (written === undefined || others.length > 0)
    return decline('installs-several-files', { path: dockerfile.path });
  if (run.mounts.some(isOfContext)) return decline('mounts-file', { path: dockerfile.path });
  const readers = readersOf(place);
  if (!readers) return decline('reads-file-elsewhere', { path: dockerfile.path });
  const words = readers.map(({ word, name }) => endOfWord(dockerfile, word, name));
  if (readers.length === 0 || words.includes(undefined))
    return decline('names-file-oddly', { path: dockerfile.path });
  const copies = copyWhereRead(place, copied);
  const edits = words.flatMap(at => (at ? [{ span: at, newText: nameOf(path), because }] : []));
  return isDeclined(copies) ? copies : [...edits, ...copies];
}

function isOfContext({ type, from }: Mount): boolean {
  return type === 'bind' && from === undefined;
}

/** A command that installs what a file lists, or makes wheels of it. */
interface Reader {
  readonly run: Run;
  readonly stage: Stage;
  readonly word: Word;
  /** The last part of the word. */
  readonly name: string;
}

/** Every command that names the manifest; undefined where one of them is no install. */
function readersOf({ dockerfile, installer: { install, manifest } }: InstallPlace): Reader[] | undefined {
  const names = [...new Set([nameOf(install.manifests[0] ?? manifest), nameOf(manifest)])];
  const readers = dockerfile.stages.flatMap(stage =>
    stage.instructions.flatMap(instruction =>
      'script' in instruction
        ? instruction.script.commands.flatMap(it =>
            readingWords(it, names).map(word => ({ stage, instruction, ...word })),
          )
        : [],
    ),
  );
  const read = readers.flatMap(({ stage, instruction, word, name, isInstalled }) =>
    instruction.kind === 'RUN' && isInstalled ? [{ stage, run: instruction, word, name }] : [],
  );
  return read.length === readers.length ? read : undefined;
}

function readingWords(command: Command, names: readonly string[]) {
  const files = pipCommand(command)?.requirements ?? uvCommand(command)?.requirements ?? [];
  return command.words.flatMap(word => {
    const name = names.find(it => isNamed(word, it));
    const isInstalled = files.some(it => contains(word.span, it.span));
    return name === undefined ? [] : [{ word, name, isInstalled }];
  });
}

/** `requirements.txt`, in whatever folder, and with the option before it: `-rrequirements.txt`. */
function isNamed({ text }: Word, name: string): boolean {
  return text.endsWith(name) && /(^|[/=]|^-r)$/.test(text.slice(0, text.length - name.length));
}

/**
 * Copies other files of the same folder wherever an install finds its manifest.
 *
 * @param files paths of the workspace; the manifest is copied further where it is one of them
 */
export function copyWhereRead(
  place: InstallPlace,
  files: readonly string[],
): Outcome<readonly ExplainedEdit[]> {
  const { installer } = place;
  const found = (readersOf(place) ?? []).map(({ run, stage, word }) => {
    const written = word.text.replace(/^(-r|--requirement=)/, '');
    const install = { ...installer.install, manifests: [written] };
    return copyInstead({ ...place, installer: { ...installer, run, stage, install } }, files);
  });
  const stuck = found.find(isDeclined);
  if (stuck) return stuck;
  const edits = [copyInstead(place, files), ...found].flatMap(it => (isDeclined(it) ? [] : it));
  return edits.filter((edit, index) => edits.findIndex(it => it.span.start === edit.span.start) === index);
}

/** Where the last part of a word is in the file; undefined where quotes or escapes are in it. */
function endOfWord({ text }: Dockerfile, word: Word, part: string): Span | undefined {
  const end = text.charAt(word.span.end - 1) === '"' ? word.span.end - 1 : word.span.end;
  const at = span(end - part.length, end);
  return text.slice(at.start, at.end) === part ? at : undefined;
}

/**
 * Copies other files of the same folder where an install's manifest is copied; no edits where they are copied anyway.
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
  if (!copy) return decline('unreadable-copy-of-file', { path: dockerfile.path });
  const word = copy.sources.find(it => cleaned(it.text) === source);
  if (!word) {
    const inFolder = (path: string) => `${inImage.slice(0, inImage.lastIndexOf('/'))}/${nameOf(path)}`;
    return sources.every(path => bringsFile(dockerfile, copy, inFolder(path), path))
      ? []
      : decline('copies-by-pattern', { path: dockerfile.path });
  }
  return copiedAs(dockerfile, copy, word, sources);
}

function copiedAs(
  file: Dockerfile,
  copy: Copy,
  word: Word,
  sources: readonly string[],
): Outcome<readonly ExplainedEdit[]> {
  const { destination, args } = copy;
  if (!destination || args.text.trimStart().startsWith('['))
    return decline('copies-file-oddly', { path: file.path });
  const intoFolder = copiedFiles(file, copy)?.intoFolder === true;
  const isKept = sources.includes(cleaned(word.text));
  if (isKept && !intoFolder && nameOf(destination.text) !== nameOf(word.text))
    return decline('copies-under-other-name', { path: file.path });
  const because = 'Copies the files that the install reads';
  const edits = [{ span: word.span, newText: sources.join(' '), because }];
  const folder = intoFolder ? destination.text : folderOf(destination.text);
  const written = sources.length > 1 && !folder.endsWith('/') ? `${folder}/` : folder;
  return written === destination.text
    ? edits
    : [...edits, { span: destination.span, newText: written, because }];
}

/** The folder of a file that is copied under its own name or another. */
function folderOf(destination: string): string {
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
