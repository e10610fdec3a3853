import type { Dockerfile, Run } from '../../dockerfile/model';
import { stateBefore } from '../../dockerfile/stage-state';
import type { PythonManifest } from '../../manifests/model';
import type { Command } from '../../shell/command';

/** PyTorch's own index of builds without CUDA. Source: https://pytorch.org/get-started/locally/ */
export const CPU_INDEX = 'https://download.pytorch.org/whl/cpu';

/** Options of pip and uv that say where packages come from, or which build of PyTorch to take. */
const INDEX_OPTION =
  /^(-i|-f|--(index-url|extra-index-url|find-links|index|default-index|torch-backend|no-index))(=|$)/;
const INDEX_VARIABLE =
  /^UV_.*INDEX|^(PIP_(EXTRA_)?INDEX_URL|PIP_FIND_LINKS|PIP_CONFIG_FILE|UV_FIND_LINKS|UV_TORCH_BACKEND|UV_CONFIG_FILE)$/;

/** Whether a RUN says where packages come from, so that its PyTorch need not be the one that PyPI has. */
export function choosesTorchBuild(file: Dockerfile, run: Run): boolean {
  const variables = [...stateBefore(file, run).env.keys(), ...argNames(file)];
  return (
    variables.some(name => INDEX_VARIABLE.test(name)) ||
    run.script.commands.some(command => namesIndex(command) || writesConfig(command)) ||
    run.mounts.some(mount => /pip\.conf|uv\.toml|\.netrc/.test(mount.target ?? ''))
  );
}

/** Whether a manifest says where packages come from, or which build of PyTorch it wants. */
export function manifestChoosesTorchBuild({ indexes, options, requirements }: PythonManifest): boolean {
  return (
    indexes.length > 0 ||
    options.some(it => INDEX_OPTION.test(it.name)) ||
    requirements.some(it => it.normalized === 'torch' && choosesBuild(it))
  );
}

function choosesBuild({ specifier, index, from }: PythonManifest['requirements'][number]): boolean {
  return specifier.includes('+') || index !== undefined || from !== 'index';
}

function namesIndex({ words, assignments }: Command): boolean {
  return (
    words.some(word => INDEX_OPTION.test(word.text) || /^torch[^ ]*\+/.test(word.text)) ||
    assignments.some(it => INDEX_VARIABLE.test(it.name))
  );
}

function writesConfig({ name, words }: Command): boolean {
  return /^pip/.test(name) && words[1]?.text === 'config';
}

function argNames(file: Dockerfile): string[] {
  return file.instructions.flatMap(it =>
    it.kind === 'ARG' ? it.properties.map(property => property.name.text) : [],
  );
}
