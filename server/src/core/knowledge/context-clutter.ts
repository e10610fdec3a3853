import { once } from '../text/once-per';
import data from './context-clutter.json';

export type Stack = 'python' | 'node' | 'cargo-or-maven' | 'maven' | 'gradle';

export type ClutterGroup = keyof (typeof data)['groups'];

/** Something that lies about in a folder and that an image seldom needs. */
export interface Clutter {
  readonly group: ClutterGroup;
  /** The line of the ignore file. `folder/*` leaves the empty folder there, for programs that write into it. */
  readonly pattern: string;
  /** Written even where nothing matches: everywhere, or where this stack is used. Else only where it is there. */
  readonly usual?: 'everywhere' | Stack;
  /**
   * What keeps it in the context, beside a COPY that names it: a word of the build, the packaging metadata or the
   * code that names it (`named`), and also code that could not be read (`unread-code`).
   */
  readonly keptBy?: 'named' | 'unread-code';
  /** Hardly any image wants it: also reported where an ignore file is there and lets it through. */
  readonly unwanted?: true;
}

/** In the order in which an ignore file lists them. */
export const contextClutter = once(() =>
  Object.entries(data.groups).flatMap(([group, members]) =>
    members.map(member => ({ ...member, group }) as Clutter),
  ),
);
