import { heavyRoles, type RolePair, WORTH_PARTING } from '../../analysis/roles/roles';
import { offeredSeparations, parts } from '../../analysis/roles/separation';
import { sizeInWords } from '../../analysis/sizes/evidence';
import type { Evidence, Finding } from '../../finding';
import { composeRule } from '../../rule';
import { listed } from '../../text/sentence';

export const oneImageForAllRoles = composeRule({
  meta: {
    id: 'one-image-for-all-roles',
    category: 'size',
    severity: 'hint',
    since: '0.2.0',
    fix: 'none',
    summary: 'Backend and frontend run one image, and each carries the packages of the other',
  },
  options: {
    megabytes: {
      default: WORTH_PARTING / 1e6,
      description: 'Report services that each carry at least this much for the other, in MB',
    },
  },
  *check(file, { workspace, engine }, { megabytes }) {
    const heavy = heavyRoles(file, workspace, engine, megabytes * 1e6);
    if (heavy.length === 0) return;
    const offered = offeredSeparations(file, workspace, engine);
    for (const pair of heavy) {
      const { one, other } = pair;
      const isOffered = offered.some(it => parts(it, one.service, other.service));
      yield { ...findingOf(pair), ...(isOffered && { conversions: ['separate-roles'] }) };
    }
  },
});

function findingOf({ one, other, forOther, forOne, atOne, atOther }: RolePair): Finding {
  const evidence = (atOne?.bytes ?? 0) >= (atOther?.bytes ?? 0) ? atOne : atOther;
  const how = one.target === other.target ? 'run one image' : 'are built on one stage';
  const carried = [
    `${one.name} never imports ${shown(forOther)}${sized(atOne)}`,
    `${other.name} never imports ${shown(forOne)}${sized(atOther)}`,
  ];
  return {
    at: other.service.name.span,
    message: `${one.name} and ${other.name} ${how}: ${carried.join(', and ')}`,
    ...(evidence && { evidence }),
  };
}

function shown(names: readonly string[]): string {
  return listed(names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} more`] : names);
}

function sized(evidence: Evidence | undefined): string {
  const size = sizeInWords(evidence);
  return size === undefined ? '' : `, ${size}`;
}
