import { isRefusal, type SameBuilds, sameBuilds, shareBuild } from '../analysis/services/shared-build';
import type { Compose } from '../compose/model';
import { decline } from '../decline';
import type { NotOffered, Offer } from '../finding';
import type { BuildTarget } from '../project/workspace';
import { composeConversion } from '../rule';
import type { Edit } from '../text/edit';
import { listed } from '../text/sentence';

export const shareOneImage = composeConversion({
  meta: {
    id: 'share-one-image',
    title: 'Build the image once and share it',
    since: '0.2.0',
    summary:
      'One service builds and names the image that several services build separately; the others use it',
    safety: 'unsafe',
  },
  offers(compose, { workspace: { targets } }) {
    const groups = sameBuilds(compose);
    if (groups.length === 0) return [decline('no-shared-build')];
    return groups.map(group => offerFor(compose, group, groups.length, targets));
  },
});

function offerFor(
  compose: Compose,
  group: SameBuilds,
  groups: number,
  targets: readonly BuildTarget[],
): Offer | NotOffered {
  const { builder, others } = group;
  const { name, entry } = builder.service;
  const shared = shareBuild(compose, group, groups, targets);
  if (isRefusal(shared))
    return decline('stays-as-it-is', { name: name.text, reason: shared.refused }, builder.build.entry.span);
  const names = listed(others.map(({ service }) => service.name.text));
  const explained = (edits: readonly Edit[], because: string) => edits.map(edit => ({ ...edit, because }));
  return {
    kind: 'offer',
    at: entry.span,
    subject: name.text,
    changes: () => [
      {
        kind: 'edit',
        path: compose.path,
        edits: [
          ...explained(
            shared.naming,
            `The image that ${name.text} builds gets a name, so that ${names} can use it`,
          ),
          ...explained(
            shared.replacing,
            `Uses the image of ${name.text}: one build instead of ${others.length + 1}`,
          ),
        ],
      },
    ],
  };
}
