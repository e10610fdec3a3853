import { basename, join, posix } from 'node:path';
import { parseYaml } from '../core/compose/parse';
import { type Config, DEFAULT_CONFIG, mergeConfigs, namesOf, readConfig } from '../core/config';
import type { Rule } from '../core/rule';
import { isOnDisk } from './inside-root';
import { NO_BOUNDS } from './reach';
import { ReadOnce } from './read-once';
import { readText, unreadable } from './text-file';
import { isMissing } from './unreadable-path';

/** What the configuration files say about one file. */
export interface FileConfig {
  readonly config: Config;
  /** Each a sentence without a full stop, with the POSIX path of the file that it is about. */
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

const OURS = ['.plimsoll.yaml', '.plimsoll.yml'];
const HADOLINT = ['.hadolint.yaml', '.hadolint.yml'];

/** Reads and remembers the configuration files of a workspace. */
export class ConfigFiles {
  private readonly folders = new ReadOnce(folder => this.readFolder(folder));

  /** @param root absolute; no file above it is looked at */
  constructor(
    private readonly root: string,
    private readonly rules: readonly Rule[],
    private readonly reach = NO_BOUNDS,
  ) {}

  /**
   * Merges `.plimsoll.yaml` of every folder from the root down to the file's own, rule by rule, the nearest
   * winning, over what the `ignored` list of a `.hadolint.yaml` in the same folder switches off.
   *
   * @param path POSIX, relative to the root
   */
  configFor(path: string): Promise<FileConfig> {
    return this.folders.read(posix.dirname(path));
  }

  /** @returns true where the path is a configuration file, so that files must be checked again */
  changed(path: string): boolean {
    if (!isConfigFile(path)) return false;
    this.folders.clear();
    return true;
  }

  private async readFolder(folder: string): Promise<FileConfig> {
    const [outer, hadolint, ours] = await Promise.all([
      folder === '.' || folder.startsWith('..') ? NOTHING : this.folders.read(posix.dirname(folder)),
      this.readFirst(folder, HADOLINT, value => ({
        config: hadolintConfig(value, this.rules),
        problems: [],
      })),
      this.readFirst(folder, OURS, value => readConfig(value, this.rules)),
    ]);
    return {
      config: mergeConfigs(outer.config, hadolint.config, ours.config),
      problems: [...outer.problems, ...hadolint.problems, ...ours.problems],
    };
  }

  /** @throws UnreadablePath for what is there and cannot be read */
  private async readInside(path: string): Promise<string | undefined> {
    if (!isOnDisk(path)) return undefined;
    const place = await this.reach.of(path);
    // A link may put any file in the place of this one, and what is wrong in it would be quoted.
    if (place.kind === 'refused' || (place.kind === 'outside' && !isConfigFile(place.realPath)))
      return undefined;
    return readText(path);
  }

  private async readFirst(
    folder: string,
    names: readonly string[],
    read: (value: unknown) => { config: Config; problems: readonly { message: string }[] },
  ): Promise<FileConfig> {
    for (const name of names) {
      const path = posix.join(folder, name);
      let text: string | undefined;
      try {
        text = await this.readInside(join(this.root, path));
      } catch (error) {
        if (isMissing(error)) continue;
        // Left out without a word, its rules would seem to apply.
        const message = `the settings in it do not apply: ${unreadable(path, error).reason}`;
        return { config: DEFAULT_CONFIG, problems: [{ path, message }] };
      }
      if (text === undefined) continue;
      const { value, problem } = parseYaml(text);
      if (problem !== undefined) return { config: DEFAULT_CONFIG, problems: [{ path, message: problem }] };
      const { config, problems } = read(value);
      return { config, problems: problems.map(({ message }) => ({ path, message })) };
    }
    return NOTHING;
  }
}

const NOTHING: FileConfig = { config: DEFAULT_CONFIG, problems: [] };

function isConfigFile(path: string): boolean {
  return [...OURS, ...HADOLINT].includes(basename(path));
}

/** hadolint has ids of its own for rules that are not ours: they are no problem here. */
function hadolintConfig(value: unknown, rules: readonly Rule[]): Config {
  if (typeof value !== 'object' || value === null || !('ignored' in value)) return DEFAULT_CONFIG;
  const ids = Array.isArray(value.ignored) ? value.ignored : [];
  const ignored = new Set(ids.filter(id => typeof id === 'string').map(id => id.toLowerCase()));
  const off = rules
    .filter(rule => namesOf(rule).some(name => ignored.has(name)))
    .map(rule => [rule.meta.id.toLowerCase(), { severity: 'off' }] as const);
  return { rules: Object.fromEntries(off) };
}

/**
 * Reads one config file, wherever it is.
 *
 * @throws UnreadablePath
 */
export async function readConfigFile(path: string, rules: readonly Rule[]): Promise<FileConfig> {
  const { value, problem } = parseYaml(await readText(path));
  if (problem !== undefined) return { config: DEFAULT_CONFIG, problems: [{ path, message: problem }] };
  const { config, problems } = readConfig(value, rules);
  return { config, problems: problems.map(({ message }) => ({ path, message })) };
}
