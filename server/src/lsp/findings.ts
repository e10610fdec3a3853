import type { Config } from '../core/config';
import { NO_WORKSPACE } from '../core/facts/workspace';
import { type Diagnostic, lint } from '../core/lint';
import type { Context } from '../core/rule';
import type { OpenFile } from './documents';
import { type EngineFactsByFolder, NO_ENGINE_ANYWHERE } from './engine-facts';
import type { Settings } from './settings';
import type { Workspaces } from './workspaces';

interface Known {
  readonly context: Context;
  readonly config: Config;
  readonly findings: readonly Diagnostic[];
}

/** The findings of open files, found once per version of text, facts and settings. */
export class Findings {
  private readonly known = new WeakMap<OpenFile, Known>();
  private readonly failed = new Set<string>();
  private engine = NO_ENGINE_ANYWHERE;

  constructor(
    private readonly workspaces: Workspaces,
    private readonly settings: Settings,
    private readonly log: (message: string) => void,
  ) {}

  setEngine(engine: EngineFactsByFolder): void {
    this.engine = engine;
  }

  context(uri: string): Context {
    const folder = this.workspaces.locate(uri)?.root.folder ?? '';
    return {
      workspace: this.workspaces.peek(uri) ?? NO_WORKSPACE,
      engine: this.engine.folders.get(folder) ?? this.engine.elsewhere,
    };
  }

  async of(open: OpenFile): Promise<readonly Diagnostic[]> {
    const { enabled, config } = await this.settings.of(open.uri);
    if (!enabled) return [];
    const context = this.context(open.uri);
    const known = this.known.get(open);
    if (known?.config === config && isSame(known.context, context)) return known.findings;
    const findings = lint(open.file, context, {
      config,
      onRuleFailure: (id, error) => this.logOnce(id, error),
    });
    this.known.set(open, { context, config, findings });
    return findings;
  }

  private logOnce(id: string, error: unknown): void {
    if (this.failed.has(id)) return;
    this.failed.add(id);
    this.log(
      `the rule ${id} failed and is left out: ${error instanceof Error ? error.stack : String(error)}`,
    );
  }
}

/** Facts are snapshots: as long as nothing changed they are the same objects. */
function isSame(one: Context, other: Context): boolean {
  return one.workspace === other.workspace && one.engine === other.engine;
}
