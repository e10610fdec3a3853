/** Folders of tests, stories and benchmarks, in the languages whose code is read. */
const TEST_FOLDERS =
  /(^|\/)(tests?|__tests__|__mocks__|__fixtures__|specs?|e2e|cypress|playwright|benches|benchmarks?|stories|testdata|fixtures|examples?)\//i;
/** What stands in a name before its ending: `server.test.ts`, `shop_test.go`, `shop_spec.rb`. */
const TEST_MARK = /^(test|tests|spec|stories|bench|cy|e2e)$/i;

/** True for code that no container runs. @param path POSIX */
export function isTestFile(path: string): boolean {
  if (TEST_FOLDERS.test(path)) return true;
  const name = nameOf(path);
  const parts = name.split(/[._-]/);
  return (parts.length > 2 && TEST_MARK.test(parts.at(-2) ?? '')) || /Tests?\.(java|kt|cs)$/.test(name);
}

/** True for what a tool reads when it builds, and nothing does when the program runs: `vite.config.ts`, `.eslintrc.cjs`. */
export function isToolSetting(path: string): boolean {
  if (/(^|\/)\.(storybook|husky|github)\//.test(path)) return true;
  const name = nameOf(path);
  if (!/\.[cm]?[jt]sx?$/.test(name) || READ_BY_PROGRAMS.test(name)) return false;
  return (
    /\.(config|conf|setup)\.[cm]?[jt]sx?$/.test(name) ||
    /^\.[\w-]+rc\./.test(name) ||
    /^((gulp|grunt|jake)file|commitlint|jest|vitest|webpack|rollup)\b/i.test(name)
  );
}

/** Settings that Next, process managers and the program itself read. */
const READ_BY_PROGRAMS = /^(next|ecosystem|pm2|moleculer|server|app|database|db)\.config\./i;

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Folders of what developers and their pipelines run. */
const DEVELOPERS = /^(scripts?|tools?|tasks?|hack|ci|dev|magefiles|\.[\w-]+)\//;

/** True for tests, settings of tools, and scripts around the program. @param path relative to the context */
export function isAroundProgram(path: string): boolean {
  return isTestFile(path) || isToolSetting(path) || DEVELOPERS.test(path);
}
