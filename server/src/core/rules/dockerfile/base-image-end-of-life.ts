import { stagesThatShip } from '../../dockerfile/query';
import { endedRelease } from '../../knowledge/end-of-life';
import { dockerfileRule } from '../../rule';

export const baseImageEndOfLife = dockerfileRule({
  meta: {
    id: 'base-image-end-of-life',
    category: 'security',
    severity: 'info',
    since: '0.3.0',
    fix: 'none',
    summary: 'A base image whose release gets no security fixes any more',
  },
  *check(file, { workspace }) {
    const shipped = stagesThatShip(file, workspace.targets);
    const seen = new Set<string>();
    // The stages that ship first: of one image in several stages it is the place that counts.
    const stages = [...shipped, ...file.stages.filter(it => !shipped.includes(it))];
    for (const stage of stages) {
      const { image } = stage.from;
      const ended = stage.base.kind === 'image' ? endedRelease(stage.base.ref) : undefined;
      if (!ended || !image || seen.has(ended.name)) continue;
      seen.add(ended.name);
      yield {
        at: image.span,
        message: `${ended.name} has had no security fixes since ${ended.month}: known holes stay open`,
        ...(shipped.includes(stage) ? {} : { atMost: 'hint' as const }),
      };
    }
  },
});
