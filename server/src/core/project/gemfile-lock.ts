import { cleanPath } from './context-needs';
import type { WorkspaceFacts } from './workspace';

/** What a `Gemfile.lock` says of where gems come from. */
export interface LockedGems {
  /** The names of those that come from an index, dependencies of others among them. */
  readonly names: ReadonlySet<string>;
  /** True where some come from a repository or a folder: their own code may call git when it is loaded. */
  readonly hasOtherSources: boolean;
}

/** The lock at the top of a build context; undefined where there is none whose text is available. */
export function lockedGems({ context, texts }: WorkspaceFacts): LockedGems | undefined {
  const text = context && texts.get(cleanPath(`${context.path}/Gemfile.lock`));
  return text === undefined ? undefined : readGemfileLock(text);
}

/**
 * Bundler writes the file by itself: sections in capitals, and below `specs:` one gem to a line behind four blanks.
 * Source: https://github.com/rubygems/rubygems/blob/master/bundler/lib/bundler/lockfile_parser.rb
 */
function readGemfileLock(text: string): LockedGems {
  const names = new Set<string>();
  let section = '';
  let hasOtherSources = false;
  for (const line of text.split(/\r?\n/)) {
    if (/^[A-Z]/.test(line)) section = line.trim();
    if (/^(GIT|PATH|PLUGIN SOURCE)$/.test(section)) hasOtherSources = true;
    const [, name] = /^ {4}([\w.-]+) \(/.exec(line) ?? [];
    if (section === 'GEM' && name !== undefined) names.add(name);
  }
  return { names, hasOtherSources };
}
