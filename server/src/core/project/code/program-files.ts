/** Folders and names of tests, stories and benchmarks, in the languages whose code is read. */
const TESTS =
  /(^|\/)(tests?|__tests__|__mocks__|__fixtures__|specs?|e2e|cypress|playwright|benches|benchmarks?|stories|src\/test|testdata|fixtures|examples?)\/|[._-](test|spec|stories|bench|cy|e2e)\.[\w.]+$|_test\.(go|rb)$|_spec\.rb$|Tests?\.(java|kt|cs)$/i;

/** True for code that no container runs. @param path POSIX */
export function isTestFile(path: string): boolean {
  return TESTS.test(path);
}

/** Settings of tools that build, check and test: `vite.config.ts`, `.eslintrc.cjs`, `karma.conf.js`, `gulpfile.js`. */
const TOOL_SETTINGS =
  /(^|\/)(?:(?!next\.)[\w.-]+\.(?:config|conf|setup)|\.[\w-]+rc|(?:gulp|grunt|jake)file|commitlint[\w.]*|jest[\w.-]*|vitest[\w.-]*|webpack[\w./-]*|rollup[\w.-]*|\.eslintrc|\.storybook\/[\w./-]*)\.[cm]?[jt]sx?$|(^|\/)\.(storybook|husky|github)\//i;

/** True for what a tool reads when it builds, and nothing does when the program runs. */
export function isToolSetting(path: string): boolean {
  return (
    TOOL_SETTINGS.test(path) &&
    !/(^|\/)(ecosystem|pm2|moleculer|server|app|database|db)\.config\./i.test(path)
  );
}

/** Folders of what developers and their pipelines run. */
const DEVELOPERS = /^(scripts?|tools?|tasks?|hack|ci|dev|magefiles|\.[\w-]+)\//;

/** True for tests, settings of tools, and scripts around the program. @param path relative to the context */
export function isAroundProgram(path: string): boolean {
  return isTestFile(path) || isToolSetting(path) || DEVELOPERS.test(path);
}
