import { declineAt, type Outcome } from '../decline';
import type { Copy } from '../dockerfile/model';
import { ofKind } from '../dockerfile/query';
import { stateBefore } from '../dockerfile/stage-state';
import { imagePath } from '../project/copied-files';
import type { StageSplit } from './plan';

/** The COPY of the working folder as a whole, for the owner that all copies of the build give their files. */
export function projectCopy(split: StageSplit): Outcome<string> {
  const { file, stage, lastBuild, workdir } = split;
  const copies = ofKind(stage.instructions, 'COPY', 'ADD').filter(it => it.span.start < lastBuild.span.start);
  const outside = copies.find(copy => !isInside(copy, split));
  if (outside) return declineAt(file, outside, 'copies-outside', { folder: workdir });
  const owners = new Set(copies.map(copy => copy.flags.find(it => it.name === 'chown')?.value ?? ''));
  const [owner = '', other] = owners;
  const odd = copies.find(copy => (copy.flags.find(it => it.name === 'chown')?.value ?? '') !== owner);
  if (other !== undefined && odd) return declineAt(file, odd, 'several-owners');
  const flag = owner === '' ? '' : `--chown=${owner} `;
  return `${flag}${workdir} ./`;
}

function isInside(copy: Copy, { file, workdir, inheritsWorkdir }: StageSplit): boolean {
  const { destination } = copy;
  const from = stateBefore(file, copy).workdir ?? (inheritsWorkdir ? workdir : undefined);
  const isAbsolute = destination?.text.startsWith('/');
  if (!destination?.literal || (from === undefined && !isAbsolute)) return false;
  const path = imagePath(from ?? '/', destination.text);
  return path === workdir || path.startsWith(`${workdir}/`);
}
