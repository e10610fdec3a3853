import { randomUUID } from 'node:crypto';
import type { Config } from '../core/config';
import { type Diagnostic, lintSteps } from '../core/lint';
import { NO_WORKSPACE } from '../core/project/workspace';
import type { Context } from '../core/rule';
import { inSlices, type Urgency } from '../host/turns';
import { contentModified, type GoOn, type Surprises } from './answering';
import type { Documents, OpenFile } from './documents';
import { type EngineFactsByFolder, NO_ENGINE_ANYWHERE } from './engine-facts';
import type { FileSettings, Settings } from './settings';
import type { Workspaces } from './workspaces';

/** The findings of an open file, and the model that they are about. */
export interface Found {
  readonly open: OpenFile;
  readonly findings: readonly Diagnostic[];
}

interface Known {
  readonly context: Context;
  readonly config: Config;
  readonly findings: readonly Diagnostic[];
}

/** What finding takes: how soon, and whether it is still needed. */
export interface Asked {
  readonly urgency: Urgency;
  readonly goOn: GoOn;
}

/** A document that changes while its findings are found is begun again this often. */
const MOST_ROUNDS = 3;

/** The findings of open files, found once per version of text, facts and settings. */
export class Findings {
  private readonly known = new WeakMap<OpenFile, Known>();
  private readonly names = new ObjectNames();
  private engine = NO_ENGINE_ANYWHERE;

  constructor(
    private readonly documents: Documents,
    private readonly workspaces: Workspaces,
    private readonly settings: Settings,
    private readonly surprises: Surprises,
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

  /** What the findings of a document rest on now, as a name: the same name, the same findings. */
  basis(uri: string, { enabled, config }: FileSettings): string {
    const document = this.documents.open.get(uri);
    const { workspace, engine } = this.context(uri);
    const parts = [document, config, workspace, engine].map(part => (part ? this.names.of(part) : 0));
    return [SESSION, enabled, document?.version, ...parts].join(' ');
  }

  /**
   * The findings of the newest text; undefined for a document that is closed or no file of ours.
   *
   * @throws ResponseError where the request is withdrawn, or the document changes faster than it can be looked at
   */
  async of(uri: string, asked: Asked): Promise<Found | undefined> {
    const settings = await this.settings.of(uri);
    asked.goOn();
    return this.with(uri, settings, asked);
  }

  /** The same where the settings are known. */
  async with(uri: string, { enabled, config }: FileSettings, asked: Asked): Promise<Found | undefined> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const open = await this.documents.model(uri, asked.goOn);
      if (!open || !enabled) return open && { open, findings: [] };
      const findings = await this.find(open, config, asked);
      if (this.documents.isCurrent(open)) return { open, findings };
    }
    throw contentModified();
  }

  private async find(open: OpenFile, config: Config, asked: Asked): Promise<readonly Diagnostic[]> {
    const context = this.context(open.uri);
    const known = this.known.get(open);
    if (known?.config === config && isSame(known.context, context)) return known.findings;
    const onRuleFailure = (id: string, error: unknown) =>
      this.surprises.log(`the rule ${id} is left out, since it`, error);
    const steps = lintSteps(open.file, context, { config, onRuleFailure });
    const findings = await inSlices(steps, asked.urgency, asked.goOn);
    this.known.set(open, { context, config, findings });
    return findings;
  }
}

/** Results of another run of the server are none of this one. */
const SESSION = randomUUID();

/** Facts are snapshots: as long as nothing changed they are the same objects. */
function isSame(one: Context, other: Context): boolean {
  return one.workspace === other.workspace && one.engine === other.engine;
}

/** Tells objects apart without keeping them. */
class ObjectNames {
  private readonly names = new WeakMap<object, number>();
  private last = 0;

  of(object: object): number {
    const known = this.names.get(object);
    if (known !== undefined) return known;
    this.names.set(object, ++this.last);
    return this.last;
  }
}
