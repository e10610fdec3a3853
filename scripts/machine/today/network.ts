import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { outgoingMtu } from '../daemon';
import { finish, output } from '../run';

// Two engines in one network namespace fight over bridges and packet filters. So the engine of today has a namespace of
// its own, with a cable to the machine's: builds inside it reach the registries, as those of the other engine do.

export interface Namespace {
  /** The arguments of `nsenter` that run a program inside. */
  readonly enter: readonly string[];
  /** The largest packet that leaves it, in bytes. */
  readonly mtu: number;
  remove(): Promise<void>;
}

/** Where `ip netns` keeps them. */
const namespaces = '/run/netns';
/** Of the addresses that are set apart for tests of networks (RFC 2544), which no real network uses. */
const NET = '198.18';

/** Makes a network namespace with a way out, for this process. Rejects where the machine does not let us. */
export async function makeNamespace(): Promise<Namespace> {
  await removeLeftOver();
  const { name, outer, inner, ours, theirs } = namesOf(process.pid);
  const mtu = await outgoingMtu();
  const inside = ['ip', '-n', name];
  try {
    for (const command of [
      ['ip', 'netns', 'add', name],
      ['ip', 'link', 'add', outer, 'mtu', `${mtu}`, 'type', 'veth', 'peer', 'name', inner],
      ['ip', 'link', 'set', inner, 'netns', name],
      ['ip', 'addr', 'add', `${ours}/30`, 'dev', outer],
      ['ip', 'link', 'set', outer, 'up'],
      [...inside, 'addr', 'add', `${theirs}/30`, 'dev', inner],
      [...inside, 'link', 'set', inner, 'mtu', `${mtu}`, 'up'],
      [...inside, 'link', 'set', 'lo', 'up'],
      [...inside, 'route', 'add', 'default', 'via', ours],
      ...filters('-I', process.pid),
    ])
      await output(...parts(command));
    await writeFile('/proc/sys/net/ipv4/ip_forward', '1');
  } catch (error) {
    await removeNamespace(process.pid);
    throw error;
  }
  return { enter: [`--net=${namespaces}/${name}`], mtu, remove: () => removeNamespace(process.pid) };
}

/** What processes that were killed have left behind. */
async function removeLeftOver(): Promise<void> {
  const names = existsSync(namespaces) ? readdirSync(namespaces) : [];
  const makers = names.flatMap(name => /^plimsoll-(\d+)$/.exec(name)?.slice(1).map(Number) ?? []);
  for (const pid of makers) if (!existsSync(`/proc/${pid}`)) await removeNamespace(pid);
}

/** What is not there any more is no fault when it is taken away. */
async function removeNamespace(pid: number): Promise<void> {
  const { name, outer } = namesOf(pid);
  for (const command of filters('-D', pid)) await finish(...parts(command));
  await finish('ip', ['link', 'del', outer]);
  await finish('ip', ['netns', 'del', name]);
}

/** The namespace of a process, both ends of its cable, and their addresses. */
function namesOf(pid: number) {
  const block = `${NET}.${pid % 256}`;
  return {
    name: `plimsoll-${pid}`,
    // Device names have at most 15 characters.
    outer: `plo${pid}`,
    inner: `pli${pid}`,
    ours: `${block}.1`,
    theirs: `${block}.2`,
  };
}

/** Lets packets of the cable through, and has them leave as the machine's own. */
function filters(action: '-I' | '-D', pid: number): string[][] {
  const { outer, theirs } = namesOf(pid);
  return [
    ['iptables', '-w', '-t', 'nat', action, 'POSTROUTING', '-s', `${theirs}/32`, '-j', 'MASQUERADE'],
    ['iptables', '-w', action, 'FORWARD', '-i', outer, '-j', 'ACCEPT'],
    ['iptables', '-w', action, 'FORWARD', '-o', outer, '-j', 'ACCEPT'],
  ];
}

function parts([command = '', ...args]: readonly string[]): [string, string[]] {
  return [command, args];
}
