import type { Connection } from 'vscode-languageserver';
import { type Config, DEFAULT_CONFIG, mergeConfigs, readConfig } from '../core/config';
import { rules } from '../core/rules/catalog';
import { messageCame } from '../host/turns';
import type { Workspaces } from './workspaces';

export interface FileSettings {
  readonly enabled: boolean;
  readonly config: Config;
}

const DEFAULTS: FileSettings = { enabled: true, config: DEFAULT_CONFIG };

/** What the client's settings and the config files beside a document say; asked once, until they change. */
export class Settings {
  private readonly known = new Map<string, Promise<FileSettings>>();
  /** Whether the client answers `workspace/configuration`. */
  askClient = false;

  constructor(
    private readonly connection: Connection,
    private readonly workspaces: Workspaces,
  ) {}

  of(uri: string): Promise<FileSettings> {
    const known = this.known.get(uri);
    if (known) return known;
    const read = this.read(uri).catch(error => {
      this.connection.console.warn(`the settings of ${uri} cannot be read: ${String(error)}`);
      return DEFAULTS;
    });
    this.known.set(uri, read);
    return read;
  }

  changed(): void {
    this.known.clear();
  }

  /** Nobody looks at the document any more. */
  forget(uri: string): void {
    this.known.delete(uri);
  }

  /** The engine address that the settings name; empty where it is to be found. */
  async engineHost(): Promise<string> {
    if (!this.askClient) return '';
    const host: unknown = await this.connection.workspace.getConfiguration('plimsoll.engine.host');
    return typeof host === 'string' ? host : '';
  }

  private async read(uri: string): Promise<FileSettings> {
    const [client, files] = await Promise.all([this.clientSettings(uri), this.fileConfig(uri)]);
    return { enabled: client.enabled, config: mergeConfigs(files, client.config) };
  }

  private async clientSettings(uri: string): Promise<FileSettings> {
    if (!this.askClient) return DEFAULTS;
    const section: unknown = await this.connection.workspace.getConfiguration({
      scopeUri: uri,
      section: 'plimsoll',
    });
    // Hundreds of answers come in a row where hundreds of documents are opened; requests may wait behind them.
    messageCame();
    if (typeof section !== 'object' || section === null) return DEFAULTS;
    const settings = section as Record<string, unknown>;
    const { config, problems } = readConfig({ rules: settings.rules }, rules);
    for (const { message } of problems) this.connection.console.warn(`settings: ${message}`);
    return { enabled: settings.enable !== false, config };
  }

  private async fileConfig(uri: string): Promise<Config> {
    const located = this.workspaces.locate(uri);
    if (!located) return DEFAULT_CONFIG;
    const { config, problems } = await located.root.configs.configFor(located.path);
    for (const { path, message } of problems) this.connection.console.warn(`${path}: ${message}`);
    return config;
  }
}
