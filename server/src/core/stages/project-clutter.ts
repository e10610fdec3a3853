/** Folders of tools that work on a project, and no program reads. */
const TOOL_FOLDERS =
  /^\.(git|github|gitlab|circleci|vscode|idea|vs|devcontainer|husky|changeset|hg|svn|teamcity)\//;

/** What says something of a project to those who work on it. */
const ABOUT_PROJECT =
  /^(README|LICEN[CS]E|CHANGELOG|CONTRIBUTING|CODE_OF_CONDUCT|SECURITY|AUTHORS|MAINTAINERS|CODEOWNERS|NOTICE|COPYING)([._-][\w.-]*)?$/i;

const TOOL_FILES = new RegExp(
  [
    /^(GNUm|m|M)akefile$|^(Task|just|Just|Vagrant|Jenkins|Proc|Tilt)file(\.(yml|yaml|dev|dist))?$/,
    /(^|\.)Dockerfile(\.|$)|\.dockerfile$|^Containerfile|\.dockerignore$|^(docker-)?compose[\w.-]*\.ya?ml$/i,
    /^\.git(ignore|attributes|modules|keep-dir|-blame-ignore-revs|lab-ci\.ya?ml)$|^\.editorconfig$/,
    /^\.(travis|drone|codecov|appveyor|pre-commit-config|markdownlint|yamllint|hadolint|trivyignore|gitpod)(\.|$)/,
    /^(renovate\.json5?|\.renovaterc(\.json)?|skaffold\.ya?ml|cloudbuild\.ya?ml|azure-pipelines\.ya?ml|fly\.toml)$/,
    /^(sonar-project\.properties|codecov\.ya?ml|catalog-info\.ya?ml|.*\.code-workspace|\.tool-versions|\.DS_Store)$/,
    // What Kubernetes and its tools are told of the image that this is built for.
    /^(service|deployment|ingress|configmap|namespace|statefulset|daemonset|cronjob|rbac|kustomization|knative|hpa|pvc)\.ya?ml$/,
    /^OWNERS(_ALIASES)?$/,
    /^\.?env\.(example|sample|template|dist)$|^\.env\.[\w.]*(example|sample|template)$/,
  ]
    .map(({ source }) => `(?:${source})`)
    .join('|'),
  'i',
);

/**
 * True for what lies at the top of projects of any language and no program reads: how it is built and tested, and what it
 * says to people. Below a folder only what is called after a README or a licence is; other texts may be pages.
 *
 * @param path relative to the context
 */
export function isProjectClutter(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (TOOL_FOLDERS.test(path) || ABOUT_PROJECT.test(name) || TOOL_FILES.test(name)) return true;
  return !path.includes('/') && /\.mdx?$/i.test(name);
}
