import { interpolate } from '../../compose/interpolation';
import type { Compose, Service } from '../../compose/model';
import { firstByName } from '../../compose/query';
import { containerStart } from '../../dockerfile/container-start';
import { parseImageRef } from '../../dockerfile/image-ref';
import type { Dockerfile, Healthcheck, Stage } from '../../dockerfile/model';
import { rootBase, stageNamed } from '../../dockerfile/stage-graph';
import { finalState } from '../../dockerfile/stage-state';
import { type BaseImage, baseImage } from '../../knowledge/base-images';
import { type ServiceImage, serviceImage } from '../../knowledge/service-images';
import type { WorkspaceFacts } from '../../project/workspace';
import { dockerfileAt } from '../../project/workspace-files';
import type { Command } from '../../shell/command';
import { oncePer } from '../../text/once-per';
import { joinPath } from '../../text/path';
import { installedPython } from '../installs/installed-python';
import { type StartedService, startedService } from './started-service';

/** A service with what its image and its command tell of it. */
export interface RunService {
  readonly service: Service;
  /** What its Dockerfile says; undefined where no Dockerfile that can be seen builds its image. */
  readonly built: BuiltImage | undefined;
  /** What is known of the image that it takes as it is. */
  readonly known: ServiceImage | undefined;
  /** What its own command or that of its image starts. */
  readonly started: StartedService | undefined;
  /** The commands that it runs itself or by its image. */
  readonly commands: readonly Command[];
}

export interface BuiltImage {
  readonly base: BaseImage | undefined;
  readonly healthcheck: Healthcheck | undefined;
  /** The Python packages in it, by name as indexes compare names. */
  readonly packages: ReadonlySet<string>;
}

export function runService(file: Compose, service: Service, workspace: WorkspaceFacts): RunService {
  const place = placeOf(file, service, workspace);
  const own = [...(service.entrypoint?.script.commands ?? []), ...(service.command?.script.commands ?? [])];
  const commands = own.length > 0 || !place ? own : containerStart(place.dockerfile, place.stage).commands;
  const image = service.build || !service.image ? undefined : interpolate(service.image.text);
  return {
    service,
    built: place && builtImage(place, workspace),
    known: image === undefined || place ? undefined : serviceImage(parseImageRef(image).name),
    started: startedService(commands),
    commands,
  };
}

interface Place {
  readonly dockerfile: Dockerfile;
  readonly stage: Stage;
}

/** The stage that is built for a service, by itself or by the one whose image's name it uses. */
function placeOf(file: Compose, service: Service, workspace: WorkspaceFacts): Place | undefined {
  const builder = service.build ? service : service.image && buildersByImage(file).get(service.image.text);
  const build = builder?.build;
  if (!build || build.inline || /\$|:\/\//.test(build.context + (build.dockerfile ?? ''))) return undefined;
  const folder = file.path.split('/').slice(0, -1).join('/');
  const path = joinPath(joinPath(folder, build.context), build.dockerfile ?? 'Dockerfile');
  const dockerfile = dockerfileAt(workspace, path);
  if (!dockerfile) return undefined;
  const stage = build.target === undefined ? dockerfile.stages.at(-1) : stageNamed(dockerfile, build.target);
  return stage && { dockerfile, stage };
}

const buildersByImage = oncePer((file: Compose) =>
  firstByName(file.services, ({ build, image }) => (build ? image?.text : undefined)),
);

function builtImage({ dockerfile, stage }: Place, workspace: WorkspaceFacts): BuiltImage {
  const root = rootBase(dockerfile, stage);
  return {
    base: root.kind === 'image' ? baseImage(root.ref) : undefined,
    healthcheck: finalState(dockerfile, stage).healthcheck,
    packages: installedPython(dockerfile, stage, workspace),
  };
}
