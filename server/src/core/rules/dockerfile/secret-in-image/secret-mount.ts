import type { Dockerfile, Run } from '../../../dockerfile/model';
import { stateBefore } from '../../../dockerfile/stage-state';
import { type Edit, insert, replace } from '../../../text/edit';
import { linesOf } from '../../../text/lines';
import { span } from '../../../text/span';

/** Frontends that can hand a secret over as a variable: Dockerfile syntax 1.10 and newer. */
const NEW_FRONTEND =
  /^(docker\.io\/)?docker\/dockerfile(-upstream)?:(latest|labs|master|1|1\.\d\d[\d.]*)(-labs)?(@.*)?$/s;

/**
 * Hands a secret to a RUN by a mount, as a variable of this name; a build that is not given it stops. Without a `# syntax` line that is new enough the RUN
 * reads the mounted file itself, which every BuildKit can do.
 *
 * @returns undefined where the RUN is not one that text can be put in front of
 * @see https://docs.docker.com/reference/dockerfile/#run---mounttypesecret
 */
export function mountSecret(file: Dockerfile, run: Run, names: readonly string[]): Edit[] | undefined {
  const flag = (name: string, more: string) => ` --mount=type=secret,id=${name},required=true${more}`;
  const behind = run.flags.at(-1)?.span.end ?? run.keyword.span.end;
  if (file.directives.some(it => it.name === 'syntax' && NEW_FRONTEND.test(it.value)))
    return [insert(behind, names.map(name => flag(name, `,env=${name}`)).join(''))];
  if (!isPlainShell(file, run)) return undefined;
  const { eol } = linesOf(file.text);
  const goOn = `${file.escape}${eol}    `;
  const read = names.map(name => `export ${name}="$(cat /run/secrets/${name})" && ${goOn}`).join('');
  const mounts = names.map(name => flag(name, '')).join('');
  const gap = span(behind, run.argsSpan.start);
  if (file.comments.some(it => it.span.start < gap.end && gap.start < it.span.end)) return undefined;
  return [replace(gap, `${mounts} ${goOn}${read}`)];
}

function isPlainShell(file: Dockerfile, run: Run): boolean {
  const { shell, user } = stateBefore(file, run);
  if (run.form !== 'shell' || run.heredocs.length > 0 || run.script.broken || file.escape !== '\\')
    return false;
  if (run.script.commands.some(command => command.after === '&') || run.script.tail?.inBackground)
    return false;
  // The mounted file belongs to root, and only root may read it.
  if (user && !/^(root|0)(:.*)?$/.test(user.user?.text ?? '')) return false;
  return shell === undefined || /(^|\/)(ba|da|a)?sh$/.test(shell[0]?.text ?? '');
}
