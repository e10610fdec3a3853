import { declineAt } from '../decline';
import type { Dockerfile, Run } from '../dockerfile/model';
import { ofKind } from '../dockerfile/query';
import { accountMade } from '../dockerfile/run-user';
import { stateBefore } from '../dockerfile/stage-state';
import { codeCopies } from './split-parts';
import type { InstallingStage } from './stage-reading';

/** Who a RUN works as, as `USER` names them; undefined for root. */
export function installUser(file: Dockerfile, run: Run): string | undefined {
  const text = stateBefore(file, run).user?.user?.text;
  return text === undefined || /^(root|0+)(:.*)?$/.test(text) ? undefined : text;
}

/**
 * What stands in the way of installing as root in the builder what another user installs here, and gets handed over.
 *
 * @param first the step that makes what is filled
 */
export function objectionToUser({ file, pipRuns }: InstallingStage, first: Run) {
  const owner = installUser(file, first);
  for (const { run } of pipRuns) {
    const user = installUser(file, run);
    if (user !== owner)
      return declineAt(
        file,
        run,
        'installs as another user than the one that makes the virtual environment: let one do both',
      );
    if (user === undefined) continue;
    const own = run.mounts.find(it => it.type === 'cache' || it.type === 'secret');
    if (own)
      return declineAt(
        file,
        run,
        `mounts ${own.target ?? `a ${own.type}`} for ${user}, and the builder would install as root: leave the mount out`,
      );
  }
  if (owner?.includes('$')) return declineAt(file, first, 'works as a user that only a variable tells');
  return undefined;
}

/** The step that makes the account of a user, where it comes behind the first copy of code: files are handed over behind it. */
export function lateAccount(whole: InstallingStage, user: string | undefined): Run | undefined {
  const code = codeCopies(whole)[0];
  if (user === undefined || !code) return undefined;
  const account = ofKind(whole.stage.instructions, 'RUN').find(run =>
    run.script.commands.some(it => accountMade(it)?.name === user.split(':')[0]),
  );
  return account && code.span.start < account.span.start ? account : undefined;
}
