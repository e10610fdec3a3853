import type { Service } from './model';
import { entryAt } from './query';

/**
 * How a service says what it may take: by keys of its own (`mem_limit`, `cpus`), by `deploy.resources`, by both, or not
 * at all. Compose refuses a `deploy.resources` whose values differ from the short keys, those that it does not name too,
 * so whoever adds a limit goes on in the form that is there, and adds nothing where the forms are mixed.
 */
export type ResourceForm = 'short' | 'deploy' | 'mixed' | 'none';

const SHORT_KEYS = ['mem_limit', 'mem_reservation', 'cpus', 'pids_limit'];

export function resourceForm({ node }: Service): ResourceForm {
  const isShort = SHORT_KEYS.some(key => entryAt(node, key));
  const isDeploy = entryAt(node, 'deploy', 'resources') !== undefined;
  if (isShort && isDeploy) return 'mixed';
  if (isShort) return 'short';
  return isDeploy ? 'deploy' : 'none';
}
