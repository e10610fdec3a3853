/** An image reference taken apart: `registry.example/team/app:1.2@sha256:…`. */
export interface ImageRef {
  /** Registry and path as written: `python`, `ghcr.io/astral-sh/uv`. */
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Takes a reference apart; never fails, for what is no reference has a name that no image has. */
export function parseImageRef(text: string): ImageRef {
  const [withoutDigest = '', digest] = text.split('@', 2);
  const colon = withoutDigest.indexOf(':', withoutDigest.lastIndexOf('/') + 1);
  const name = colon === -1 ? withoutDigest : withoutDigest.slice(0, colon);
  const tag = colon === -1 ? undefined : withoutDigest.slice(colon + 1);
  return { name, tag: tag || undefined, digest: digest || undefined };
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
