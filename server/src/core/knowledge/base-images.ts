import { type ImageRef, isOfficial } from '../dockerfile/image-ref';

/** What installs packages in an image. */
export type PackageManager = 'apt' | 'apk' | 'dnf' | 'none';

/** Programs that health checks call. `ps` stands for the package that brings `ps` and `pgrep`. */
export type Program = 'bash' | 'curl' | 'nc' | 'node' | 'ps' | 'python' | 'wget';

/** What is known of one base image. A program that is neither in `has` nor in `lacks` may be there or not. */
export interface BaseImage {
  readonly packageManager: PackageManager;
  readonly has: readonly Program[];
  readonly lacks: readonly Program[];
  /**
   * Who runs the container where no USER is set: `root`, `other` for an image with a user of its own, `drops-root`
   * for one whose entrypoint starts as root and gives that up by itself.
   */
  readonly user: 'root' | 'other' | 'drops-root';
  /** A user without privileges that the image brings along. */
  readonly ownUser: string | undefined;
  /** What makes a user there; undefined where nothing does, or nobody knows. */
  readonly makesUsersWith: 'useradd' | 'adduser' | undefined;
  /** Where this is written down. */
  readonly source: string;
}

type Contents = Pick<BaseImage, 'packageManager' | 'has' | 'lacks' | 'makesUsersWith'>;

/** Debian as its own images hold it, and what builds on the slim one: no HTTP client, no procps. */
const DEBIAN: Contents = {
  packageManager: 'apt',
  has: ['bash'],
  lacks: ['curl', 'nc', 'node', 'ps', 'python', 'wget'],
  makesUsersWith: 'useradd',
};

/** The language images without a suffix build on buildpack-deps: compilers, version control, curl, wget, procps. */
const BUILDPACK_DEPS: Contents = {
  packageManager: 'apt',
  has: ['bash', 'curl', 'ps', 'python', 'wget'],
  lacks: [],
  makesUsersWith: 'useradd',
};

/** `wget`, `nc`, `ps` and `pgrep` come with BusyBox. */
const ALPINE: Contents = {
  packageManager: 'apk',
  has: ['nc', 'ps', 'wget'],
  lacks: ['bash', 'curl', 'node', 'python'],
  makesUsersWith: 'adduser',
};

const UBUNTU: Contents = { ...DEBIAN, lacks: ['curl', 'nc', 'node', 'python', 'wget'] };

/** Debian-like, but nobody has looked what else is in it. */
const SOME_APT: Contents = { packageManager: 'apt', has: ['bash'], lacks: [], makesUsersWith: 'useradd' };

const SOME_DNF: Contents = {
  packageManager: 'dnf',
  has: ['bash', 'curl'],
  lacks: [],
  makesUsersWith: undefined,
};

const BUSYBOX: Contents = {
  packageManager: 'none',
  has: ['nc', 'ps', 'wget'],
  lacks: ['bash', 'curl', 'node', 'python'],
  makesUsersWith: 'adduser',
};

const NOTHING: Contents = {
  packageManager: 'none',
  has: [],
  lacks: ['bash', 'curl', 'nc', 'ps', 'wget'],
  makesUsersWith: undefined,
};

/** Nobody has looked what is in it. */
const UNSEEN: Contents = { packageManager: 'none', has: [], lacks: [], makesUsersWith: undefined };

/** One image name with its variants, which the tag tells. A variant that is absent is unknown. */
interface Family {
  /** Names without the registry of Docker Hub; a bare one is a Docker official image. */
  readonly names: readonly string[];
  /** The variant of tags that say nothing of slim or Alpine. */
  readonly plain?: Contents;
  readonly slim?: Contents;
  readonly alpine?: Contents;
  /** What every variant adds to its contents. */
  readonly adds?: readonly Program[];
  readonly user?: BaseImage['user'];
  readonly ownUser?: string;
  /** The first major release that brings it along; all do where it is absent. */
  readonly ownUserSince?: number;
  /** Where the smaller Debian twin has its name: `3.12-slim-bookworm` or `22-bookworm-slim`. */
  readonly slimWord?: 'before-release' | 'after-release';
  readonly source: string;
}

const HUB = 'https://hub.docker.com/_/';

const FAMILIES: readonly Family[] = [
  {
    names: ['python'],
    plain: BUILDPACK_DEPS,
    slim: DEBIAN,
    alpine: ALPINE,
    adds: ['python'],
    slimWord: 'before-release',
    source: `${HUB}python`,
  },
  {
    names: ['ghcr.io/astral-sh/uv'],
    slim: DEBIAN,
    alpine: ALPINE,
    plain: BUILDPACK_DEPS,
    adds: ['python'],
    slimWord: 'after-release',
    source: 'https://docs.astral.sh/uv/guides/integration/docker/#available-images',
  },
  {
    names: ['node'],
    plain: BUILDPACK_DEPS,
    slim: DEBIAN,
    alpine: ALPINE,
    adds: ['node'],
    ownUser: 'node',
    slimWord: 'after-release',
    source: 'https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md',
  },
  {
    names: ['debian'],
    plain: DEBIAN,
    slim: DEBIAN,
    slimWord: 'after-release',
    source: `${HUB}debian`,
  },
  { names: ['ubuntu'], plain: UBUNTU, source: `${HUB}ubuntu` },
  { names: ['buildpack-deps'], plain: BUILDPACK_DEPS, source: `${HUB}buildpack-deps` },
  { names: ['alpine'], plain: ALPINE, source: `${HUB}alpine` },
  { names: ['busybox'], plain: BUSYBOX, source: `${HUB}busybox` },
  {
    names: ['rust'],
    plain: BUILDPACK_DEPS,
    slim: DEBIAN,
    alpine: ALPINE,
    slimWord: 'before-release',
    source: `${HUB}rust`,
  },
  { names: ['golang'], plain: SOME_APT, alpine: ALPINE, source: `${HUB}golang` },
  {
    names: ['ruby'],
    plain: BUILDPACK_DEPS,
    slim: { ...DEBIAN, has: ['bash', 'ps'], lacks: ['curl', 'nc', 'node', 'python', 'wget'] },
    alpine: { ...ALPINE, lacks: ['bash', 'curl'] },
    slimWord: 'before-release',
    source: `${HUB}ruby`,
  },
  {
    names: ['perl'],
    plain: BUILDPACK_DEPS,
    slim: { ...SOME_APT },
    slimWord: 'before-release',
    source: `${HUB}perl`,
  },
  {
    names: ['openjdk'],
    slim: DEBIAN,
    slimWord: 'before-release',
    source: `${HUB}openjdk`,
  },
  { names: ['eclipse-temurin'], plain: SOME_APT, source: `${HUB}eclipse-temurin` },
  { names: ['php'], plain: SOME_APT, source: `${HUB}php` },
  { names: ['gcc'], plain: BUILDPACK_DEPS, source: `${HUB}gcc` },
  { names: ['pypy'], plain: SOME_APT, slim: SOME_APT, slimWord: 'before-release', source: `${HUB}pypy` },
  { names: ['maven'], plain: SOME_APT, source: `${HUB}maven` },
  { names: ['gradle'], plain: SOME_APT, source: `${HUB}gradle` },
  {
    names: ['mcr.microsoft.com/dotnet/sdk'],
    plain: { ...SOME_APT, has: ['bash', 'curl'] },
    ownUser: 'app',
    ownUserSince: 8,
    source: 'https://github.com/dotnet/dotnet-docker/blob/main/README.sdk.md',
  },
  { names: ['elixir', 'erlang'], plain: SOME_APT, slim: SOME_APT, source: `${HUB}elixir` },
  {
    names: ['fedora', 'rockylinux', 'almalinux', 'centos', 'amazonlinux', 'oraclelinux'],
    plain: SOME_DNF,
    source: `${HUB}fedora`,
  },
  {
    names: [
      'nvidia/cuda',
      'pytorch/pytorch',
      'tensorflow/tensorflow',
      'continuumio/miniconda3',
      'condaforge/miniforge3',
    ],
    plain: SOME_APT,
    source: 'https://hub.docker.com/r/nvidia/cuda',
  },
  {
    names: ['mcr.microsoft.com/dotnet/aspnet', 'mcr.microsoft.com/dotnet/runtime'],
    plain: { ...DEBIAN, lacks: ['curl', 'nc', 'node', 'python', 'wget'] },
    alpine: ALPINE,
    ownUser: 'app',
    ownUserSince: 8,
    source: 'https://github.com/dotnet/dotnet-docker/issues/2379',
  },
  {
    names: [
      ...['static', 'base', 'cc', 'java-base', 'java17', 'java21'],
      ...['static-debian12', 'base-debian12', 'base-nossl-debian12', 'cc-debian12', 'java-base-debian12'],
      ...['java17-debian12', 'java21-debian12', 'static-debian13', 'base-debian13', 'cc-debian13'],
    ].map(name => `gcr.io/distroless/${name}`),
    plain: NOTHING,
    ownUser: 'nonroot',
    source: 'https://github.com/GoogleContainerTools/distroless',
  },
  {
    names: ['nginx'],
    plain: { ...DEBIAN, has: ['bash', 'curl'], lacks: ['nc', 'node', 'ps', 'python', 'wget'] },
    alpine: { ...ALPINE, lacks: ['bash', 'node', 'python'] },
    user: 'drops-root',
    source: 'https://github.com/nginx/docker-nginx/tree/master/stable',
  },
  {
    names: [
      'httpd',
      'postgres',
      'mysql',
      'mariadb',
      'mongo',
      'redis',
      'valkey/valkey',
      'rabbitmq',
      'postgis/postgis',
      'timescale/timescaledb',
      'pgvector/pgvector',
    ],
    plain: UNSEEN,
    slim: UNSEEN,
    alpine: UNSEEN,
    user: 'drops-root',
    source: `${HUB}postgres`,
  },
];

/** What is known of the image; undefined for one that nobody has written down here. */
export function baseImage(ref: ImageRef): BaseImage | undefined {
  const family = familyOf(ref);
  const contents = family && contentsOf(family, ref);
  if (!family || !contents) return undefined;
  const adds = family.adds ?? [];
  return {
    ...contents,
    has: [...new Set([...contents.has, ...adds])],
    lacks: contents.lacks.filter(program => !adds.includes(program)),
    user: /nonroot|rootless|unprivileged/.test(ref.tag ?? '') ? 'other' : (family.user ?? 'root'),
    ownUser: ownUserOf(family, ref),
    source: family.source,
  };
}

/** A tag without a number names the latest release. */
function ownUserOf({ ownUser, ownUserSince = 0 }: Family, { tag = '' }: ImageRef): string | undefined {
  const [major] = /^\d+/.exec(tag) ?? [];
  return major !== undefined && Number(major) < ownUserSince ? undefined : ownUser;
}

function familyOf(ref: ImageRef): Family | undefined {
  return FAMILIES.find(family =>
    family.names.some(name => isOfficial(ref, name) || ref.name === `docker.io/${name}`),
  );
}

/** Words of a tag behind which stands another operating system, or an image without a shell. */
const OTHER_SYSTEM =
  /windowsservercore|nanoserver|chiseled|distroless|mariner|azurelinux|oraclelinux|ubi\d|tanzu|onbuild/;

function contentsOf(family: Family, ref: ImageRef): Contents | undefined {
  const words = (ref.tag ?? '').split('-');
  if (words.some(word => OTHER_SYSTEM.test(word))) return undefined;
  if (family.names[0] === 'ghcr.io/astral-sh/uv' && !/python/.test(ref.tag ?? '')) return undefined;
  if (words.some(word => /^alpine/.test(word))) return family.alpine;
  if (words.includes('slim')) return family.slim;
  // A digest without a tag does not tell the variant: it may be any.
  return ref.digest && !ref.tag ? undefined : family.plain;
}

const DEBIAN_RELEASE = /^(trixie|bookworm|bullseye|buster|stretch|sid|stable|oldstable|testing|unstable)$/;

/**
 * The smaller twin of a full image, as its publisher names it: `python:3.12-slim` for `python:3.12`,
 * `node:22-bookworm-slim` for `node:22-bookworm`.
 *
 * @returns undefined where the image is slim already, has no twin, or is not written down here
 */
export function slimTwin(ref: ImageRef): ImageRef | undefined {
  const family = familyOf(ref);
  if (!family?.slimWord || !family.slim || contentsOf(family, ref) !== family.plain) return undefined;
  const tag = ref.tag ?? 'latest';
  const words = tag === 'latest' ? [] : tag.split('-');
  if (words.includes('slim') || words.some(word => /^alpine|^(ol|oracle)/.test(word))) return undefined;
  const release = words.findIndex(word => DEBIAN_RELEASE.test(word));
  const at = family.slimWord === 'before-release' && release !== -1 ? release : words.length;
  return { ...ref, tag: [...words.slice(0, at), 'slim', ...words.slice(at)].join('-'), digest: undefined };
}
