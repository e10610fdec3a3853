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

/** Of the addresses that are set apart for tests of networks (RFC 2544), which no real network uses. */
const NET = '198.18';

/** Makes a network namespace with a way out. Rejects where the machine does not let us. */
export async function makeNamespace(): Promise<Namespace> {
  const name = `plimsoll-${process.pid}`;
  // Device names have at most 15 characters.
  const [outer, inner] = [`plo${process.pid}`, `pli${process.pid}`];
  const block = process.pid % 256;
  const [ours, theirs] = [`${NET}.${block}.1`, `${NET}.${block}.2`];
  const inside = ['ip', '-n', name];
  const filters = [
    ['nat', 'POSTROUTING', '-s', `${theirs}/32`, '-j', 'MASQUERADE'],
    ['filter', 'FORWARD', '-i', outer, '-j', 'ACCEPT'],
    ['filter', 'FORWARD', '-o', outer, '-j', 'ACCEPT'],
  ];
  const change = (action: string) =>
    filters.map(([table = '', chain = '', ...rule]) => [
      'iptables',
      '-w',
      '-t',
      table,
      action,
      chain,
      ...rule,
    ]);
  const mtu = await outgoingMtu();
  // What is not there any more is no fault when it is taken away.
  const remove = async () => {
    for (const command of change('-D')) await finish(...parts(command));
    await finish('ip', ['link', 'del', outer]);
    await finish('ip', ['netns', 'del', name]);
  };
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
      ...change('-I'),
    ])
      await output(...parts(command));
    await writeFile('/proc/sys/net/ipv4/ip_forward', '1');
  } catch (error) {
    await remove();
    throw error;
  }
  return { enter: [`--net=/run/netns/${name}`], mtu, remove };
}

function parts([command = '', ...args]: readonly string[]): [string, string[]] {
  return [command, args];
}
