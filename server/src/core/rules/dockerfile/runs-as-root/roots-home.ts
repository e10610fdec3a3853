import { isRoot } from '../../../analysis/privileges/users';
import { containerStart } from '../../../dockerfile/container-start';
import type { Copy, Dockerfile, Env, Instruction, Stage } from '../../../dockerfile/model';
import { ofKind, runCommands } from '../../../dockerfile/query';
import { lineage } from '../../../dockerfile/stage-graph';
import { stateBefore } from '../../../dockerfile/stage-state';
import type { WorkspaceFacts } from '../../../project/workspace';
import { argumentsOf } from '../../../shell/command';
import type { Word } from '../../../text/word';
import { fillsHome } from './needs-root';

/** Packages that `pip install --user` put into root's home in another stage, and the PATH to their programs. */
export interface RootsPackages {
  readonly copy: Copy;
  readonly destination: Word;
  readonly path: Env;
  readonly programs: readonly Word[];
}

/** Undefined too where a later step may call the packages as root. */
export function rootsPackages({ instructions }: Stage): RootsPackages | undefined {
  const [copy, ...others] = ofKind(instructions, 'COPY').filter(it =>
    it.sources.some(source => /^\/root\/\.local\/?$/.test(source.text)),
  );
  const destination = copy?.destination;
  const isPlain = copy?.sources.length === 1 && copy.flags.every(flag => flag.name === 'from');
  if (!copy || others.length > 0 || !isPlain || !/^\/root\/\.local\/?$/.test(destination?.text ?? ''))
    return undefined;
  const [path, ...more] = ofKind(instructions, 'ENV').filter(it =>
    it.properties.some(property => isRootsPath(property)),
  );
  const later = ofKind(instructions, 'RUN').filter(run => run.span.start > copy.span.start);
  const calls = later.some(
    run => run.script.broken || run.script.commands.some(it => !KEEPS_TO_FILES.has(it.name)),
  );
  if (!destination || !path || more.length > 0 || calls) return undefined;
  const programs = path.properties.filter(isRootsPath).flatMap(it => it.value ?? []);
  return { copy, destination, path, programs };
}

function isRootsPath({ name, value }: Env['properties'][number]): boolean {
  return name.text === 'PATH' && /(^|:)\/root\/\.local\/bin(:|$)/.test(value?.text ?? '');
}

/** Programs that need none of the packages. */
const KEEPS_TO_FILES = new Set([
  'mkdir',
  'chown',
  'chmod',
  'touch',
  'rm',
  'ln',
  'echo',
  'apt-get',
  'apt',
  'curl',
]);

/** True where what the image runs lies in root's home directory, which no other user may enter. */
export function needsRootsHome(
  file: Dockerfile,
  stage: Stage,
  workspace: WorkspaceFacts,
  apartFrom?: RootsPackages,
): boolean {
  const stages = lineage(file, stage);
  const known: readonly Instruction[] = apartFrom ? [apartFrom.copy, apartFrom.path] : [];
  const instructions = stages.flatMap(it => it.instructions).filter(it => !known.includes(it));
  const asRoot = runCommands(stages).filter(({ run, command }) => {
    const { user, variables } = stateBefore(file, run);
    return command.name !== 'rm' && (!user || isRoot(user, variables));
  });
  const beside = [...asRoot.map(it => it.command), ...containerStart(file, stage).commands];
  if (asRoot.some(({ run, command }) => fillsHome(command, stateBefore(file, run).env, beside, workspace)))
    return true;
  const paths = [
    ...ofKind(instructions, 'COPY', 'ADD').map(it => it.destination?.text),
    ...ofKind(instructions, 'ENV').flatMap(it => it.properties.map(property => property.value?.text)),
    ...ofKind(instructions, 'WORKDIR').flatMap(it => it.words.map(word => word.text)),
    ...asRoot.flatMap(({ command }) => argumentsOf(command).map(word => word.text)),
  ];
  return paths.some(path => /(^|[:="'])(\/root(\/|$)|~\/|\$\{?HOME\b|--user$)/.test(path ?? ''));
}
