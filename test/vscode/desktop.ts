import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { root } from '../../scripts/machine/folders';
import { withWorkspace } from './workspace';

/**
 * Runs the suite of this folder in a desktop VS Code: that of VSCODE_EXECUTABLE_PATH, else one that is downloaded. The
 * bundles have to be made before.
 */
async function main(): Promise<void> {
  const executable = process.env.VSCODE_EXECUTABLE_PATH;
  const isRoot = process.getuid?.() === 0;
  await withWorkspace(workspace =>
    runTests({
      ...(executable ? { vscodeExecutablePath: executable } : {}),
      extensionDevelopmentPath: root,
      extensionTestsPath: join(root, 'dist/test/vscode/index.js'),
      launchArgs: [
        workspace,
        '--disable-extensions',
        '--disable-workspace-trust',
        ...(isRoot ? ['--no-sandbox', '--user-data-dir', `${workspace}.user`] : []),
      ],
    }),
  );
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
