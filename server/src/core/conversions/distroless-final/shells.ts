import { nodeAt, scalarAt } from '../../compose/query';
import { decline, declineAt } from '../../decline';
import { containerStart } from '../../dockerfile/container-start';
import type { Dockerfile, Stage } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import { finalState } from '../../dockerfile/stage-state';
import type { NotOffered } from '../../finding';
import { allOf, servicesOf } from '../../project/image-services';
import type { WorkspaceFacts } from '../../project/workspace';
import { startedWords } from '../../stage-split/started-program';

/** What of a stage, or of the services that run it, calls a shell or a program that only a whole system has. */
export function objectionToShells(
  file: Dockerfile,
  stage: Stage,
  workspace: WorkspaceFacts,
): NotOffered | undefined {
  const start = containerStart(file, stage);
  const { entrypoint, cmd } = start;
  const at = entrypoint ?? cmd;
  if (!at) return declineAt(file, stage.from, 'begins a stage that nothing here starts');
  const shell = ofKind(stage.instructions, 'SHELL')[0];
  if (shell) return declineAt(file, shell, 'names a shell, and there would be none');
  const written = [entrypoint, cmd].find(it => it && it.form !== 'exec');
  if (written) return declineAt(file, written, 'is in the shell form, and there would be no shell');
  const program = startedWords(start)[0]?.text ?? '';
  if (start.commands[0]?.words[0]?.text !== program || (start.commands[0]?.wrappers.length ?? 0) > 0)
    return declineAt(file, at, 'starts with another program in front of the own one');
  if (/(^|\/)(sh|bash|dash|ash|env|su|gosu|su-exec)$|\.(sh|bash)$/.test(program))
    return declineAt(
      file,
      at,
      `starts with ${program}, which needs a shell or the programs of a whole system`,
    );
  const check = finalState(file, stage).healthcheck;
  if (check && !check.none && (check.form !== 'exec' || check.script.commands[0]?.words[0]?.text !== program))
    return declineAt(
      file,
      check,
      'asks with a shell or another program than the own one, and there would be none',
    );
  return objectionToServices(file, stage, workspace);
}

function objectionToServices(file: Dockerfile, stage: Stage, workspace: WorkspaceFacts) {
  const { entrypoint } = containerStart(file, stage);
  for (const image of servicesOf(file, stage, workspace)) {
    for (const service of allOf(image, workspace)) {
      const name = `the service ${service.name.text}`;
      if (service.entrypoint) return decline(`${name} has an entrypoint of its own, which may need a shell`);
      if (service.command && !entrypoint)
        return decline(`${name} has a command of its own, which may need a shell`);
      const check = nodeAt(service.node, 'healthcheck');
      const isOff = scalarAt(service.node, 'healthcheck', 'disable')?.text === 'true';
      if (check && !isOff)
        return decline(`${name} has a health check, which needs a program that would not be there`);
      if (/[a-z]/i.test(scalarAt(service.node, 'user')?.text ?? ''))
        return decline(`${name} names a user, whom distroless images may not know`);
    }
  }
  return undefined;
}
