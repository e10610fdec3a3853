import { WORTH_PARTING } from '../../analysis/roles/roles';
import { offeredSeparations, parts, type Separation } from '../../analysis/roles/separation';
import { isRefusal, type SameBuilds, sameBuilds, shareBuild } from '../../analysis/services/shared-build';
import type { Compose } from '../../compose/model';
import type { Fix } from '../../finding';
import type { BuildTarget } from '../../project/workspace';
import { composeRule } from '../../rule';

export const sameImageBuiltTwice = composeRule({
  meta: {
    id: 'same-image-built-twice',
    category: 'speed',
    severity: 'warning',
    since: '0.1.0',
    fix: 'unsafe',
    summary: 'Several services build the same image separately',
  },
  *check(file, { workspace, engine }) {
    const groups = sameBuilds(file);
    const apart = groups.length === 0 ? [] : offeredSeparations(file, workspace, engine).filter(isWorthIt);
    for (const group of groups) {
      const services = [group.builder, ...group.others].map(it => it.service);
      if (apart.some(it => services.some(one => services.some(other => parts(it, one, other))))) continue;
      const { builder, others } = group;
      let fixes: Fix[] | undefined;
      // Each of them is offered the one change of all.
      const shared = () => {
        fixes ??= sharing(file, group, groups.length, workspace.targets);
        return fixes;
      };
      for (const service of others) {
        yield {
          at: service.own ? service.build.entry.key.span : service.service.name.span,
          message: `${service.service.name.text} builds the same image as ${builder.service.name.text} (${others.length + 1} builds, ${others.length + 1} images)`,
          related: [
            { at: builder.build.entry.key.span, message: `${builder.service.name.text} builds it first` },
          ],
          fixes: shared,
          conversions: ['share-one-image'],
        };
      }
    }
  },
});

function isWorthIt({ gain }: Separation): boolean {
  return (gain?.bytes ?? 0) >= WORTH_PARTING;
}

/** Services that the title of a fix names one by one. */
const MOST_NAMES = 8;

function sharing(file: Compose, group: SameBuilds, groups: number, targets: readonly BuildTarget[]): Fix[] {
  const shared = shareBuild(file, group, groups, targets);
  if (isRefusal(shared)) return [];
  const names = group.others.map(({ service }) => service.name.text);
  const others = names.length > MOST_NAMES ? `${names.length} other services` : names.join(', ');
  const title = `Share the image ${shared.image} of ${group.builder.service.name.text} with ${others}`;
  return [{ title, safety: 'unsafe', edits: [...shared.naming, ...shared.replacing] }];
}
