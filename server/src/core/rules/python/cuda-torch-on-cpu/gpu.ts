import type { Mapping, Node } from '../../../compose/model';
import { listItems, nodeAt, scalarAt, serviceNamed } from '../../../compose/query';
import { isOfficial } from '../../../dockerfile/image-ref';
import type { Dockerfile, Stage } from '../../../dockerfile/model';
import { lineage, rootBase } from '../../../dockerfile/stage-graph';
import type { BuildTarget, WorkspaceFacts } from '../../../project/workspace';
import { buildsOf, composeFileAt, composeFiles } from '../../../project/workspace-files';

/** Whether a GPU is available where the images of a Dockerfile run. */
export type GpuUse = 'yes' | 'no' | 'unknown';

/** Images without CUDA; others may bring it. Source: their pages in the registries. */
const PLAIN_BASES: readonly string[] = ['python', 'debian', 'ubuntu', 'buildpack-deps', 'node'];
/** The same, outside Docker Hub. */
const PLAIN_NAMES: readonly string[] = ['ghcr.io/astral-sh/uv'];
const GPU_VARIABLE = /^(NVIDIA_|CUDA_|ROCM_|HIP_|TORCH_CUDA_|CUDNN_|HSA_)/;
const GPU_PACKAGE = /^(cuda|nvidia|rocm|libcudnn|libnccl)/;

/** What the Dockerfile and the Compose services that build it say; unknown where no service builds it. */
export function gpuUse(file: Dockerfile, stage: Stage, workspace: WorkspaceFacts): GpuUse {
  const base = rootBase(file, stage);
  if (base.kind !== 'image') return 'unknown';
  const { ref } = base;
  const isPlain = PLAIN_NAMES.includes(ref.name) || PLAIN_BASES.some(name => isOfficial(ref, name));
  if (!isPlain || asksForGpu(file)) return 'yes';
  const targets = buildsOf(workspace, file.path);
  if (targets.some(target => getsGpu(target, workspace))) return 'yes';
  return targets.length > 0 ? 'no' : 'unknown';
}

/** Whether the image is built for Linux on x86-64, as far as the files say; nobody says otherwise in most. */
export function isBuiltForX64(file: Dockerfile, stage: Stage, workspace: WorkspaceFacts): boolean {
  const platforms = lineage(file, stage).flatMap(it =>
    it.from.flags.filter(flag => flag.name === 'platform').map(flag => flag.value),
  );
  const services = buildsOf(workspace, file.path)
    .flatMap(target => serviceOf(target, workspace))
    .flatMap(node => [scalarAt(node, 'platform'), ...listItems(node, 'build', 'platforms').filter(isScalar)])
    .map(it => it?.text);
  return [...platforms, ...services].every(it => it === undefined || /amd64|x86_64|\$/.test(it));
}

function isScalar(node: Node) {
  return node.kind === 'scalar';
}

function asksForGpu(file: Dockerfile): boolean {
  return file.instructions.some(it => {
    if (it.kind === 'ENV' || it.kind === 'ARG') {
      return it.properties.some(property => GPU_VARIABLE.test(property.name.text));
    }
    return (
      it.kind === 'RUN' &&
      it.script.commands.some(command => command.words.some(word => GPU_PACKAGE.test(word.text)))
    );
  });
}

function serviceOf(target: BuildTarget, workspace: WorkspaceFacts): Mapping[] {
  const compose = composeFileAt(workspace, target.composePath);
  const service = compose && serviceNamed(compose, target.service);
  return service ? [service.node] : [];
}

/** The service itself, and what other files say of a service by that name: `docker-compose.gpu.yml`. */
function getsGpu(target: BuildTarget, workspace: WorkspaceFacts): boolean {
  const sameName = composeFiles(workspace).flatMap(it => serviceNamed(it, target.service) ?? []);
  return sameName.some(({ node, complete }) => !complete || reservesGpu(node));
}

function reservesGpu(service: Mapping): boolean {
  if (nodeAt(service, 'gpus') || nodeAt(service, 'runtime')) return true;
  if (nodeAt(service, 'deploy', 'resources', 'reservations', 'devices')) return true;
  if (nodeAt(service, 'deploy', 'resources', 'reservations', 'generic_resources')) return true;
  return nodeAt(service, 'devices') !== undefined;
}
