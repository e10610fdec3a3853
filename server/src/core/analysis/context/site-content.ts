import { repositoryName } from '../../dockerfile/image-ref';
import type { Dockerfile } from '../../dockerfile/model';
import { ofKind } from '../../dockerfile/query';
import type { BuildContext } from '../../project/workspace';

/** Folders that web servers serve, by the documentation of their images. */
const SERVED =
  /^(\/usr\/share\/nginx\/html|\/usr\/local\/apache2\/htdocs|\/var\/www(\/[\w.-]+)*|\/usr\/share\/caddy)\/?$/;

/** True where files of the context are what a web server serves: any of them may be a page. */
export function servesContext(file: Dockerfile): boolean {
  return ofKind(file.instructions, 'COPY', 'ADD').some(copy => {
    const isWhole = copy.from === undefined && copy.sources.some(it => /^(\.\/?|\*|\.\/\*)$/.test(it.text));
    const base = file.stages[copy.stage]?.base;
    const isServer =
      base?.kind === 'image' && /^(nginx|nginx-unprivileged|httpd|caddy)$/.test(repositoryName(base.ref));
    return isWhole && (SERVED.test(copy.destination?.text ?? '') || isServer);
  });
}

/** Settings of what makes a site of texts: MkDocs, Docusaurus, VitePress, Hugo, Jekyll, Sphinx, mdBook, Antora. */
const GENERATORS =
  /(^|\/)(mkdocs\.ya?ml|docusaurus\.config\.[cm]?[jt]s|hugo\.(toml|ya?ml)|_config\.ya?ml|book\.toml|antora(-playbook)?\.ya?ml|theme\.config\.[jt]sx?|astro\.config\.[cm]?[jt]s|eleventy\.config\.[cm]?js|\.eleventy\.js|conf\.py)$|(^|\/)\.vitepress\/|(^|\/)\.vuepress\//;

/** True where texts of the context are pages of a site that is built of them. */
export function buildsSiteOfTexts(context: BuildContext): boolean {
  return [...context.files.keys()].some(path => GENERATORS.test(path));
}
