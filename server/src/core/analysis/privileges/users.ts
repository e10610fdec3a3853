import type { Dockerfile, Stage, User } from '../../dockerfile/model';
import { ofKind, runCommands } from '../../dockerfile/query';
import { lineage } from '../../dockerfile/stage-graph';
import type { StageState } from '../../dockerfile/stage-state';
import { expand } from '../../dockerfile/variables';
import { argumentsOf, type Command } from '../../shell/command';
import { readCommandLine } from '../../shell/options';
import { ownershipChange } from '../../shell/ownership';

/** True for user 0 by name, number, or with no more than a group; false where only the build knows who it is. */
export function isRoot({ user }: User, variables: StageState['variables']): boolean {
  if (!user) return false;
  const text = user.literal ? user.text : expand(user.text, variables);
  return (
    text !== undefined && text !== '' && /^(root|0*)$/.test(text.replaceAll('"', '').split(':')[0] ?? '')
  );
}

/** The user that was in force before somebody switched to root. */
export function formerUser(file: Dockerfile, stage: Stage): string | undefined {
  const users = lineage(file, stage)
    .reverse()
    .flatMap(it => ofKind(it.instructions, 'USER'));
  const former = users.findLast(it => it.user?.literal && !isRoot(it, new Map()));
  return former?.user?.text;
}

/** The names of the users that RUNs make, each once. */
export function madeUsers(file: Dockerfile, stage: Stage): string[] {
  const commands = runCommands(lineage(file, stage)).map(it => it.command);
  return [...new Set(commands.flatMap(command => userMadeBy(command) ?? []))];
}

/** Accounts for services that every Debian comes with. */
const OF_DEBIAN = new Set(['www-data', 'nobody']);

/** The account of Debian's own whom all files are given to that anybody but root gets; undefined where it is no single one. */
export function ownerOfDebian(file: Dockerfile, stage: Stage): string | undefined {
  const stages = lineage(file, stage);
  const changed = runCommands(stages).flatMap(({ command }) => {
    const change = ownershipChange(command);
    return change?.program === 'chown' ? [change.to.text] : [];
  });
  const copied = ofKind(
    stages.flatMap(it => it.instructions),
    'COPY',
    'ADD',
  ).flatMap(copy => copy.flags.filter(it => it.name === 'chown').map(it => it.value ?? ''));
  const owners = new Set([...changed, ...copied].map(it => it.split(':')[0] ?? ''));
  for (const roots of ['', '0', 'root']) owners.delete(roots);
  const [owner, other] = owners;
  return owner !== undefined && other === undefined && OF_DEBIAN.has(owner) ? owner : undefined;
}

const USER_OPTIONS = {
  takesValue: [
    ...['-u', '--uid', '-g', '--gid', '-G', '--groups', '-s', '--shell', '-d', '--home-dir', '--home', '-h'],
    ...['-c', '--comment', '--gecos', '--ingroup', '-k', '--skel', '-p', '--password', '-b', '--base-dir'],
    ...['-e', '--expiredate', '-f', '--inactive', '-K', '--key', '-R', '--root'],
  ],
};

function userMadeBy(command: Command): string | undefined {
  if (command.name !== 'useradd' && command.name !== 'adduser') return undefined;
  const { operands } = readCommandLine(argumentsOf(command), USER_OPTIONS);
  // `adduser USER GROUP` puts a user that is there into a group.
  const name = operands.length === 1 ? operands[0] : undefined;
  return name?.literal && /^[a-z_][\w-]*$/.test(name.text) ? name.text : undefined;
}
