import { generateDockerignore } from '../analysis/context/generated-dockerignore';
import { decline } from '../decline';
import type { NotOffered, Offer } from '../finding';
import { contextCopies } from '../project/context-copy';
import type { WorkspaceFacts } from '../project/workspace';
import { dockerfileConversion } from '../rule';
import { formatBytes } from '../text/bytes';
import { listed } from '../text/sentence';

function isEnvFile(path: string): boolean {
  return /(^|\/)\.env(\.|$)/.test(path);
}

/** Packages that read `.env` files into the environment, in the languages whose code is read. */
const ENV_LOADERS =
  /^(dotenv|dotenv\/config|dotenv-flow|dotenvy|environs|decouple|github\.com\/joho\/godotenv(\/autoload)?)$/;

/** A file of the program that loads one; undefined where none is known to. */
function loaderOfEnvFile({ sources, code }: WorkspaceFacts): string | undefined {
  const inSources = [...(sources ?? [])].find(([, { imports }]) => imports.some(it => ENV_LOADERS.test(it)));
  const inCode = [...(code ?? [])].find(([, { imports }]) => imports.some(it => ENV_LOADERS.test(it.module)));
  return (inSources ?? inCode)?.[0];
}

export const addDockerignore = dockerfileConversion({
  meta: {
    id: 'add-dockerignore',
    title: 'Add a .dockerignore for this build context',
    since: '0.1.0',
    summary: 'Writes an ignore file that excludes what no build needs from the build context',
    safety: 'unsafe',
  },
  offers(file, { workspace }): readonly (Offer | NotOffered)[] {
    const { context } = workspace;
    if (!context) return [decline('unknown-context')];
    if (context.ignoreFile) return [decline('ignore-file-applies', { path: context.ignoreFile.path })];
    if (context.incomplete === 'ignore-file') return [decline('unreadable-ignore-file')];
    const folders = contextCopies(file, workspace.targets).filter(
      ({ path }) => path === '' || context.entries.some(it => it.path === path && it.kind === 'folder'),
    );
    const copy = folders.find(it => it.path === '') ?? folders[0];
    if (!copy) return [decline('no-copy-of-context')];
    return [
      {
        kind: 'offer',
        at: copy.copy.span,
        changes: () => {
          const generated = generateDockerignore(file, context, workspace);
          const heaviest = generated.keepsOut
            .filter(it => it.bytes > 0)
            .slice(0, 3)
            .map(it => `${it.path} ${formatBytes(it.bytes)}`);
          const what = heaviest.length === 0 ? 'what no build needs' : listed(heaviest);
          const loader = generated.secrets.some(isEnvFile) ? loaderOfEnvFile(workspace) : undefined;
          const more =
            loader === undefined ? '' : `, also the .env that ${loader} loads: hand it to the container`;
          return [{ kind: 'create', ...generated.file, because: `keeps ${what} out of the image${more}` }];
        },
      },
    ];
  },
});
