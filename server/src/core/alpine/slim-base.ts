import { isOfficial } from '../dockerfile/image-ref';
import type { Dockerfile, Stage } from '../dockerfile/model';
import type { DebianRelease } from '../knowledge/build-packages';
import { declineAt, type Outcome } from '../python-build/decline';

/** The slim Debian images of a Python that an Alpine image holds. */
export interface SlimTwins {
  /** What the image may be of. The tag without a release is one of these, and moves from one to the next. */
  readonly releases: readonly DebianRelease[];
  /** The image as the file should write it. */
  image(release: DebianRelease | 'any'): string;
}

/** True for a stage whose image is Alpine, of whatever program. */
export function isOnAlpine({ base }: Stage): boolean {
  if (base.kind !== 'image') return false;
  const words = (base.ref.tag ?? '').split('-');
  return isOfficial(base.ref, 'alpine') || words.some(word => /^alpine[\d.]*$/.test(word));
}

/** True for a stage whose image is Python on Alpine, as its makers publish it. */
export function isPythonOnAlpine(stage: Stage): boolean {
  const { base } = stage;
  return base.kind === 'image' && isOfficial(base.ref, 'python') && isOnAlpine(stage);
}

const WRITTEN = /^(.*:)(?:(.*)-)?alpine[\d.]*$/s;

/** The Debian twins of a stage's Alpine image, or why there is none. Source: https://hub.docker.com/_/python */
export function slimTwins(file: Dockerfile, stage: Stage): Outcome<SlimTwins> {
  const { base, from } = stage;
  if (base.kind !== 'image') return declineAt(file, from, 'does not tell which base image it is');
  if (base.ref.digest)
    return declineAt(file, from, 'pins the base image to a digest, which only this Alpine image has');
  const written = WRITTEN.exec(from.image?.text ?? '');
  if (!written) return declineAt(file, from, 'takes the name of the base image from a variable');
  const [, name = '', version] = written;
  const old = OLD.exec(base.ref.tag ?? '')?.[1];
  if (old) return declineAt(file, from, `has Python ${old}, whose Debian images get no packages any more`);
  return {
    releases: BEFORE_TRIXIE.test(base.ref.tag ?? '') ? ['bookworm'] : ['trixie', 'bookworm'],
    image: release =>
      `${name}${[version, 'slim', release === 'any' ? undefined : release].filter(it => it).join('-')}`,
  };
}

const OLD = /^([12]\.\d+|3\.[0-6])(?=[.-])/;
const BEFORE_TRIXIE = /^3\.[78](?=[.-])/;
