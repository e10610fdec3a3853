import { dockerfileRule } from '../../rule';
import { replace } from '../../text/edit';

export const asCasing = dockerfileRule({
  meta: {
    id: 'as-casing',
    category: 'style',
    severity: 'info',
    since: '0.1.0',
    aliases: ['FromAsCasing'],
    fix: 'safe',
    summary: '`FROM` and its `AS` are written in different cases',
  },
  *check(file) {
    for (const { from } of file.stages) {
      const wanted = casingOf(from.keyword.text);
      if (!wanted || !from.asKeyword || !from.alias) continue;
      const consistent = wanted === 'upper' ? 'AS' : 'as';
      if (from.asKeyword.text === consistent) continue;
      const at = from.asKeyword.span;
      yield {
        at,
        message: `${from.keyword.text} and ${from.asKeyword.text} differ in case: every build warns about it`,
        fixes: () => [{ title: `Write ${consistent}`, safety: 'safe', edits: [replace(at, consistent)] }],
      };
    }
  },
});

function casingOf(keyword: string): 'upper' | 'lower' | undefined {
  if (keyword === keyword.toUpperCase()) return 'upper';
  return keyword === keyword.toLowerCase() ? 'lower' : undefined;
}
