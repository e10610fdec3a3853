import { oncePerText } from '../text/once-per';
import type { Build, Node } from './model';
import { entryAt } from './query';

/** More than any build says; a longer one is equal to no other. */
const MAX_LENGTH = 20_000;

/**
 * A text that two builds share when they make the same image: the same context, Dockerfile, target, arguments and
 * whatever else they say, however it is written. Undefined where that cannot be told.
 */
export function canonicalBuild(build: Build): string | undefined {
  const { value } = build.entry;
  const rest = new Map<string, string>();
  for (const entry of value?.kind === 'mapping' ? value.entries : []) {
    if (OF_THE_IMAGE.has(entry.key.text)) continue;
    const written = canonical(entry.value, MAX_LENGTH);
    if (written === undefined) return undefined;
    rest.set(entry.key.text, written);
  }
  const args = build.args.map(({ name, value: given }) => [name, given ?? null] as const);
  return JSON.stringify([
    folder(build.context),
    build.inline ? null : folder(build.dockerfile ?? 'Dockerfile'),
    build.target ?? null,
    sorted(args),
    sorted([...rest]),
  ]);
}

/** Keys that `Build` holds in a form that is the same however they are written. */
const OF_THE_IMAGE = new Set(['context', 'dockerfile', 'target', 'args']);

/** Services by the thousand build the same few. */
const REMEMBERED_FOLDERS = 500;

/** `./api/` and `api` are one folder; an address stays as it is. */
const folder = oncePerText(REMEMBERED_FOLDERS, (path): string => {
  if (/^[a-z]+:\/\/|^git@/i.test(path)) return path;
  const parts = path.split('/').filter((part, index) => part !== '.' && (part !== '' || index === 0));
  return parts.join('/') || (path.startsWith('/') ? '/' : '.');
});

function sorted<Value>(pairs: readonly (readonly [string, Value])[]): readonly (readonly [string, Value])[] {
  return [...pairs].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
}

/** Keys in order, without quotes and comments. Undefined where it would be longer than `room`. */
function canonical(node: Node | undefined, room: number): string | undefined {
  if (!node) return 'null';
  if (node.kind === 'scalar') return node.text.length > room ? undefined : JSON.stringify(node.text);
  const parts: string[] = [];
  let left = room;
  const inner = node.kind === 'list' ? node.items.map(item => ['', item] as const) : sorted(pairsOf(node));
  for (const [key, value] of inner) {
    const written = canonical(value, left - key.length);
    if (written === undefined) return undefined;
    left -= key.length + written.length + 1;
    if (left < 0) return undefined;
    parts.push(node.kind === 'list' ? written : `${JSON.stringify(key)}:${written}`);
  }
  return node.kind === 'list' ? `[${parts.join()}]` : `{${parts.join()}}`;
}

function pairsOf(node: Extract<Node, { kind: 'mapping' }>): (readonly [string, Node | undefined])[] {
  return node.entries.map(entry => [entry.key.text, entry.value] as const);
}

/** True where Compose could not start the build from what is there: a build that a later file completes. */
export function isPartial(build: Build): boolean {
  const { value } = build.entry;
  return value?.kind === 'mapping' && !entryAt(value, 'context') && !build.inline && !build.dockerfile;
}
