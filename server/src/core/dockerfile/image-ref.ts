// The only importer of dockerfile-ast.
import { DockerfileParser } from 'dockerfile-ast';
import { oncePerText } from '../text/once-per';

/** An image reference taken apart: `registry.example/team/app:1.2@sha256:…`. */
export interface ImageRef {
  /** Registry and path as written: `python`, `ghcr.io/astral-sh/uv`. */
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const REMEMBERED_REFERENCES = 1000;
/** Longer than any registry takes. */
const LONGEST_REFERENCE = 4096;

/** Takes a reference apart, of which a variable may be a part; what is no reference has a name that no image has. */
export const parseImageRef = oncePerText(REMEMBERED_REFERENCES, (text): ImageRef => {
  // All that a FROM would end at, or read as something else.
  if (text.length > LONGEST_REFERENCE || /[\s\\`"'#<]/.test(text)) return unreadable(text);
  const [from] = DockerfileParser.parse(`FROM ${text}`).getFROMs();
  const name = from?.getImageName();
  if (!from || !name) return unreadable(text);
  const registry = from.getRegistry();
  return {
    name: registry ? `${registry}/${name}` : name,
    tag: from.getImageTag() || undefined,
    digest: from.getImageDigest() || undefined,
  };
});

function unreadable(text: string): ImageRef {
  return { name: text, tag: undefined, digest: undefined };
}

/** The reference as FROM writes it: `python:3.12-slim`. */
export function formatImageRef({ name, tag, digest }: ImageRef): string {
  return name + (tag ? `:${tag}` : '') + (digest ? `@${digest}` : '');
}

/** The last part of the name, which says what the image is: `python` for `docker.io/library/python`. */
export function repositoryName(ref: ImageRef): string {
  return ref.name.slice(ref.name.lastIndexOf('/') + 1);
}

/** The Docker Hub's official images go by a bare name, with `library/`, or with the registry in front. */
export function isOfficial(ref: ImageRef, name: string): boolean {
  return shortName(ref) === name;
}

/** The name without what Docker Hub's official images may go without: `python` for `docker.io/library/python`. */
export function shortName({ name }: ImageRef): string {
  return name.replace(/^(docker\.io\/|index\.docker\.io\/)?(library\/)?/, '');
}

/** False for what no image can be called: a template that is still to be filled in, a slip of the keyboard. */
export function isImageName({ name }: ImageRef): boolean {
  return /^[\w.-]+(:\d+)?(\/[\w.-]+)*$/.test(name);
}
