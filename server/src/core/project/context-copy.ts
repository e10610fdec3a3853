import type { Copy, Dockerfile } from '../dockerfile/model';
import { ofKind } from '../dockerfile/query';
import { builtStages } from '../dockerfile/stage-graph';
import type { Word } from '../text/word';
import { contextSource } from './context-needs';
import type { BuildTarget } from './workspace';

/** A COPY or ADD that takes a folder out of the build context. */
export interface ContextCopy {
  readonly copy: Copy;
  /** The word that names it. */
  readonly source: Word;
  /** Relative to the context; empty for the whole context. */
  readonly path: string;
}

/** The sources of COPY and ADD in the stages that are built, in file order. Those from other stages are not among them. */
export function contextCopies(file: Dockerfile, targets: readonly BuildTarget[]): ContextCopy[] {
  const named = targets.flatMap(({ target }) => (target === undefined ? [] : [target]));
  return builtStages(file, named).flatMap(stage =>
    ofKind(stage.instructions, 'COPY', 'ADD').flatMap(copy =>
      copy.sources.flatMap(source => {
        const path = contextSource(file, copy, source.text);
        return path === undefined ? [] : [{ copy, source, path: path === '*' ? '' : path }];
      }),
    ),
  );
}
