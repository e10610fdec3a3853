import { isAbsolute, join, posix, relative } from 'node:path';
import type { Service } from '../core/compose/model';
import { parseCompose } from '../core/compose/parse';
import { nodeAt, scalarsAt } from '../core/compose/query';
import type { Dockerfile } from '../core/dockerfile/model';
import { parseDockerfile } from '../core/dockerfile/parse';
import { ofKind } from '../core/dockerfile/query';
import { projectVariables, readEnvFile } from '../host/compose-targets';
import { Workspace } from '../host/workspace';
import { type Endpoint, endpointOf, exposedPorts, imageCheck } from './endpoint';
import { type ImageBuild, type ServiceRun, serviceRun } from './service-run';
import { startedSource } from './source-line';

/** What is built, started and weighed: a Compose service, or the image of a Dockerfile that no service builds. */
export interface Unit {
  /** The service's name, or the Dockerfile's path. */
  readonly name: string;
  /** Where it is described, from the folder's top: the Compose file, or the Dockerfile that no service builds. */
  readonly file: string;
  /** What builds its image, from the folder's top. */
  readonly dockerfile: string | undefined;
  readonly run: ServiceRun;
  /** What builds the image that it runs, itself or another service; undefined for an image from elsewhere. */
  readonly build: ImageBuild | undefined;
  /** Bytes that are sent to the engine; undefined where nothing is built. */
  readonly contextBytes: number | undefined;
  readonly endpoint: Endpoint | undefined;
  /** The source file that it starts, from the folder's top; undefined where none was found. */
  readonly source: string | undefined;
}

/**
 * What a folder builds and starts. Services that run an image from elsewhere as it is (databases) are among them.
 * The grammar must have been loaded.
 *
 * @param folder absolute
 */
export async function unitsOf(folder: string): Promise<Unit[]> {
  const workspace = new Workspace(folder);
  try {
    const files = await workspace.files();
    const paths = (language: string) => files.filter(it => it.language === language).map(it => it.path);
    const reader = new UnitReader(folder, workspace);
    const services = await Promise.all(paths('compose').map(path => reader.services(path)));
    const built = new Set((await workspace.builds()).map(target => target.dockerfile));
    const alone = paths('dockerfile').filter(path => !built.has(path));
    return [...services.flat(), ...(await Promise.all(alone.map(path => reader.alone(path))))];
  } finally {
    workspace.dispose();
  }
}

/** A unit as its file describes it. */
interface Described extends Pick<Unit, 'name' | 'file' | 'run'> {
  readonly build: ImageBuild | '' | undefined;
  readonly service?: Service;
}

class UnitReader {
  constructor(
    private readonly folder: string,
    private readonly workspace: Workspace,
  ) {}

  async services(path: string): Promise<Unit[]> {
    const compose = parseCompose(path, (await this.workspace.text(path)) ?? '');
    const folder = posix.dirname(path);
    const env = readEnvFile((await this.workspace.text(posix.join(folder, '.env'))) ?? '');
    const variables = projectVariables(this.folder, compose, env);
    const runs = compose.services.map(service => ({
      service,
      run: serviceRun(
        service,
        join(this.folder, folder),
        variables,
        compose.services.filter(other => other !== service),
      ),
    }));
    return Promise.all(
      runs.map(({ service, run }) => {
        const sharing = runs.find(other => other.run.build && other.run.image === run.image);
        const build = run.build ?? (run.image && sharing?.run.build);
        return this.unit({ name: service.name.text, file: path, run, build, service });
      }),
    );
  }

  async alone(path: string): Promise<Unit> {
    const { context } = await this.workspace.factsFor(path);
    const build: ImageBuild = {
      context: join(this.folder, context?.path ?? posix.dirname(path)),
      dockerfile: join(this.folder, path),
      target: undefined,
      args: [],
    };
    const run: ServiceRun = { image: undefined, build, options: [], command: [], ports: [] };
    return this.unit({ name: path, file: path, run, build });
  }

  private async unit({ name, file: path, run, build, service }: Described): Promise<Unit> {
    const dockerfile = build ? this.inFolder(build.dockerfile) : undefined;
    const text = dockerfile && (await this.workspace.text(dockerfile));
    const file = dockerfile && text !== undefined ? parseDockerfile(dockerfile, text) : undefined;
    const context = dockerfile ? (await this.workspace.factsFor(dockerfile)).context : undefined;
    // Who runs another program than the image's own is not what the image's check asks for.
    const isOwnProgram = run.command.length === 0;
    const checks = [service && serviceCheck(service), isOwnProgram && file ? imageCheck(file) : undefined];
    const mounts = run.options.flatMap(option => /^(\/[^:]+):\//.exec(option)?.[1] ?? []);
    return {
      name,
      file: path,
      dockerfile,
      run,
      build: build || undefined,
      contextBytes: context?.sent.bytes,
      endpoint: endpointOf(
        checks.filter(check => check !== undefined),
        [...run.ports, ...(file && isOwnProgram ? exposedPorts(file) : [])],
      ),
      source: startedSource(
        [...run.command, ...(file ? startWords(file) : [])],
        [
          ...[...(context?.files.keys() ?? [])].map(path => posix.join(context?.path ?? '.', path)),
          ...(await this.filesIn(mounts)),
        ],
      ),
    };
  }

  /** The files of folders that are mounted, from the folder's top. */
  private async filesIn(mounts: readonly string[]): Promise<string[]> {
    const all = await Promise.all(
      mounts.map(async mount => {
        const folder = this.inFolder(mount);
        if (folder.startsWith('..') || isAbsolute(folder)) return [];
        // The facts of a Dockerfile that might be there hold the files around it.
        const { context } = await this.workspace.factsFor(posix.join(folder, 'Dockerfile'));
        return [...(context?.files.keys() ?? [])].map(path => posix.join(folder, path));
      }),
    );
    return all.flat();
  }

  private inFolder(path: string): string {
    return relative(this.folder, path) || '.';
  }
}

function serviceCheck({ node }: Service): string | undefined {
  if (!nodeAt(node, 'healthcheck', 'test')) return undefined;
  return scalarsAt(node, 'healthcheck', 'test')
    .map(({ text }) => text)
    .join(' ');
}

function startWords(file: Dockerfile): string[] {
  const starts = ofKind(file.stages.at(-1)?.instructions ?? [], 'ENTRYPOINT', 'CMD');
  return starts.flatMap(it => it.script.commands.flatMap(command => command.words.map(word => word.text)));
}
