import { type SharedManifest, type SharingImage, sharedManifests } from '../../analysis/requirements/shared';
import { planSplit } from '../../analysis/requirements/split';
import { sizeInWords } from '../../analysis/sizes/evidence';
import { loadOfAll } from '../../analysis/sizes/package-weight';
import { isDeclined } from '../../decline';
import type { Finding } from '../../finding';
import { type Context, dockerfileRule } from '../../rule';
import { listed } from '../../text/sentence';

export const sharedRequirements = dockerfileRule({
  meta: {
    id: 'shared-requirements',
    category: 'size',
    severity: 'info',
    since: '0.2.0',
    fix: 'none',
    summary: 'One requirements file is installed for several services whose code imports different packages',
  },
  *check(file, context) {
    const { workspace, engine } = context;
    for (const shared of sharedManifests(file, workspace, engine)) {
      const own = shared.images.filter(image => image.dockerfile.path === file.path);
      for (const image of own) {
        const finding = findingOf(shared, image, context);
        if (finding) yield finding;
      }
    }
  },
});

function findingOf(
  shared: SharedManifest,
  image: SharingImage,
  { workspace, engine }: Context,
): Finding | undefined {
  const { manifest, forSome } = shared;
  const foreign = forSome.filter(it => !image.needs.has(it)).map(it => it.normalized);
  if (foreign.length === 0) return undefined;
  const needed = manifest.requirements.filter(it => image.needs.has(it)).map(it => it.normalized);
  const evidence = loadOfAll(foreign, needed, image.dockerfile.path, engine);
  const size = sizeInWords(evidence);
  const { requirements, path } = manifest;
  const shown = foreign.length > 4 ? [...foreign.slice(0, 3), `${foreign.length - 3} more`] : foreign;
  const [are, take] = foreign.length === 1 ? ['is', 'takes'] : ['are', 'take'];
  const reads = `${path} installs ${requirements.length} packages, of which ${listed(image.services)} uses ${image.imports}`;
  return {
    at: image.installer.install.at,
    message: `${reads}; ${listed(shown)} ${are} only for other services${size ? ` and ${take} ${size} here` : ''}`,
    ...(evidence && { evidence }),
    ...(isDeclined(planSplit(shared, workspace))
      ? { atMost: 'hint' }
      : { conversions: ['split-requirements'] }),
  };
}
