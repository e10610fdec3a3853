import { Command, Option } from 'commander';
import { parseDockerfile } from '../core/dockerfile/parse';
import type { BuiltFrom } from '../docker/image-history';
import { loadGrammar } from '../host/grammar';
import { readText } from '../host/text-file';
import { formatWeighing } from './format/weighing';
import { print } from './output';
import { progressLine } from './progress';

interface WeighOptions {
  readonly dockerfile?: string;
  readonly format: 'text' | 'json';
}

export function weighCommand(): Command {
  return new Command('weigh')
    .description('show what a local image contains: layers, their largest files, wasted space')
    .argument('<image>', 'name or ID')
    .option('--dockerfile <file>', 'the Dockerfile it was built from: shows the line of each layer')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(async (image: string, { dockerfile, format }: WeighOptions) => {
      const built = dockerfile === undefined ? undefined : await builtFrom(dockerfile);
      const stopped = new AbortController();
      process.once('SIGINT', () => stopped.abort());
      const [{ weigh }, { requireEngine }] = await Promise.all([
        import('../docker/weigh'),
        import('./engine'),
      ]);
      const engine = await requireEngine(stopped.signal);
      const progress = progressLine(image);
      const weighing = await weigh(engine, image, built, stopped.signal, progress.show).finally(progress.end);
      print(format === 'json' ? { kind: 'json', value: weighing } : formatWeighing(weighing));
    });
}

async function builtFrom(path: string): Promise<BuiltFrom> {
  await loadGrammar();
  return { dockerfile: parseDockerfile(path, await readText(path)) };
}
