import { decline, declineAt, type Outcome } from '../decline';
import { isOfficial } from '../dockerfile/image-ref';
import type { Dockerfile } from '../dockerfile/model';

/** The image with the runtime alone that belongs to an image with the compiler. */
export interface JavaRuntime {
  readonly name: string;
  readonly isAlpine: boolean;
}

/**
 * Images that are built on Eclipse Temurin, with the major release of Java and the system (`-jammy` and the like, which all
 * three call the same) in their tags. Sources:
 * https://hub.docker.com/_/eclipse-temurin, https://github.com/carlossg/docker-maven, https://hub.docker.com/_/gradle
 * (2026-11)
 */
const TAGS: Readonly<Record<string, RegExp>> = {
  'eclipse-temurin':
    /^(\d+)(?:[.u_][\w.+]*)?(?:-b\d+)?(?:-jdk)?(-(?:focal|jammy|noble|alpine(?:-\d[\d.]*)?))?$/,
  maven: /^\d[\w.]*-eclipse-temurin-(\d+)(-(?:focal|jammy|noble|alpine(?:-\d[\d.]*)?))?$/,
  gradle: /^(?:\d[\w.]*-)?jdk-?(\d+)(-(?:focal|jammy|noble|alpine(?:-\d[\d.]*)?))?$/,
};

/** The runtime of the same major release on the same system. */
export function javaRuntime(file: Dockerfile): Outcome<JavaRuntime> {
  const [stage] = file.stages;
  if (!stage) return decline('no-from');
  const { base, from } = stage;
  const family = Object.keys(TAGS).find(name => base.kind === 'image' && isOfficial(base.ref, name));
  if (base.kind !== 'image' || family === undefined) return declineAt(file, from, 'not-java-build-image');
  if (!from.image?.literal) return declineAt(file, from, 'variable-base');
  const [, major, system = ''] = TAGS[family]?.exec(base.ref.tag ?? '') ?? [];
  if (major === undefined) return declineAt(file, from, 'unknown-java-release');
  return { name: `eclipse-temurin:${major}-jre${system}`, isAlpine: system.includes('alpine') };
}
