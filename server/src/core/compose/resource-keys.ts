import type { Service } from './model';
import { entryAt } from './query';

/**
 * Keys of a service that say what `deploy.resources` says too. Compose refuses a service where both are there and
 * differ, and a limit that `deploy.resources.limits` does not name differs: `cpus: 2` beside a
 * `deploy.resources.limits` with nothing but `memory` is an error.
 *
 * Source: https://docs.docker.com/reference/compose-file/services/#cpus, compose-go `loader/validate.go` (2026-11).
 */
const SHORT_KEYS = ['mem_limit', 'mem_reservation', 'cpus', 'pids_limit'];

/** True where a service says its limits or reservations in keys of its own. */
export function usesShortKeys({ node }: Service): boolean {
  return SHORT_KEYS.some(key => entryAt(node, key));
}
