import { cleanPath } from './context-needs';
import type { WorkspaceFacts } from './workspace';

/**
 * Plugins of Maven and Gradle that put all that a program needs into its one jar. Sources:
 * https://docs.spring.io/spring-boot/maven-plugin/packaging.html, https://maven.apache.org/plugins/maven-shade-plugin/,
 * https://docs.spring.io/spring-boot/gradle-plugin/packaging.html, https://gradleup.com/shadow/ (2026-11)
 */
const MAVEN_PACKERS = /<artifactId>\s*(spring-boot-maven-plugin|maven-shade-plugin)\s*<\/artifactId>/;
const GRADLE_PACKERS =
  /(\bid\b\s*(?:\(\s*)?|apply\s+plugin\s*:\s*)["'](org\.springframework\.boot|com\.github\.johnrengelman\.shadow|com\.gradleup\.shadow|io\.ktor\.plugin)["'](?!\)?\s*(version\s*\S+\s*)?apply\s*(?:\(\s*)?false)/;

/** True where every project of the build context that says how it is built makes jars that need nothing beside them. */
export function packsEverything({ context, texts }: WorkspaceFacts): boolean {
  if (!context) return false;
  const paths = [...context.files.keys()].filter(path =>
    /(^|\/)(pom\.xml|build\.gradle(\.kts)?)$/.test(path),
  );
  const [only, more] = paths;
  if (only === undefined || more !== undefined) return false;
  const text = texts.get(cleanPath(`${context.path}/${only}`));
  if (text === undefined) return false;
  return only.endsWith('.xml')
    ? MAVEN_PACKERS.test(text.replace(/<!--[\s\S]*?(?:-->|$)/g, ''))
    : GRADLE_PACKERS.test(text.replace(/\/\*(?:[\s\S]*?\*\/|[\s\S]*)|^[ \t]*\/\/.*$/gm, ''));
}
