import { containerStart } from '../../dockerfile/container-start';
import { formatImageRef, type ImageRef, isOfficial } from '../../dockerfile/image-ref';
import type { Dockerfile, Stage } from '../../dockerfile/model';
import { ofKind, runCommands, stagesThatRun } from '../../dockerfile/query';
import { lineage, rootBase } from '../../dockerfile/stage-graph';
import { finalState } from '../../dockerfile/stage-state';
import { isStartedOtherwise } from '../../project/image-services';
import { dockerfileRule } from '../../rule';
import type { Command } from '../../shell/command';
import { replace } from '../../text/edit';

export const jdkInFinalImage = dockerfileRule({
  meta: {
    id: 'jdk-in-final-image',
    category: 'size',
    severity: 'info',
    since: '0.3.0',
    fix: 'unsafe',
    summary: 'A JDK in the final image, where a JRE starts the program',
  },
  *check(file, { workspace }) {
    const seen = new Set<Stage>();
    for (const stage of stagesThatRun(file, workspace.targets)) {
      const root = lineage(file, stage).at(-1);
      const base = rootBase(file, stage);
      const { image } = root?.from ?? {};
      if (!root || !image || seen.has(root) || base.kind !== 'image') continue;
      const jre = runtimeVariantOf(base.ref);
      if (jre === undefined || !onlyStartsJava(file, stage)) continue;
      if (isStartedOtherwise(file, stage, workspace)) continue;
      seen.add(root);
      const isWritten = image.literal && image.text.includes(`:${base.ref.tag}`) && !base.ref.digest;
      yield {
        at: image.span,
        message: `the program is only started here, and ${formatImageRef({ ...jre, digest: undefined })} does that without compiler and tools`,
        fixes: () =>
          isWritten
            ? [
                {
                  title: `Use ${formatImageRef(jre)}`,
                  safety: 'unsafe',
                  edits: [replace(image.span, image.text.replace(`:${base.ref.tag}`, `:${jre.tag}`))],
                },
              ]
            : [],
      };
    }
  },
});

/** The same release without the compiler: `eclipse-temurin:21-jre` of `21` and `21-jdk`. */
function runtimeVariantOf(ref: ImageRef): ImageRef | undefined {
  const tag = ref.tag ?? '';
  if (/jre|windows|nanoserver/.test(tag)) return undefined;
  if (isOfficial(ref, 'ibm-semeru-runtimes'))
    return /(^|-)jdk(-|$)/.test(tag) ? { ...ref, tag: tag.replace(/(^|-)jdk(-|$)/, '$1jre$2') } : undefined;
  if (!isOfficial(ref, 'eclipse-temurin')) return undefined;
  if (/-jdk(-|$)/.test(tag)) return { ...ref, tag: tag.replace(/-jdk(?=-|$)/, '-jre') };
  const [, release, rest = ''] = /^(\d+)(-(?:alpine|noble|jammy|focal).*)?$/.exec(tag) ?? [];
  return release === undefined ? undefined : { ...ref, tag: `${release}-jre${rest}` };
}

/** Programs of a JDK that no JRE has, and what needs one: build tools, and scripts that nobody reads here. */
const NEEDS_JDK =
  /^(javac|jar|jlink|jdeps|jpackage|javadoc|javap|jcmd|jmap|jstack|jstat|jps|jinfo|jshell|jconsole|jhsdb|jdb|jmod|native-image|mvnw?|gradlew?|ant|sbt|lein|kotlinc?|scalac?|groovyc?|clojure|clj)$/;

function onlyStartsJava(file: Dockerfile, stage: Stage): boolean {
  const { commands } = containerStart(file, stage);
  if (commands.length === 0 || !commands.every(it => it.name === 'java')) return false;
  const stages = lineage(file, stage);
  const check = finalState(file, stage).healthcheck;
  const others = [...runCommands(stages).map(it => it.command), ...(check?.script.commands ?? [])];
  const isBroken = stages.some(it => ofKind(it.instructions, 'RUN').some(run => run.script.broken));
  return !isBroken && !others.some(needsJdk) && !commands.some(usesDebugger);
}

function needsJdk({ name, words }: Command): boolean {
  const program = words[0]?.text ?? '';
  return name === '' || NEEDS_JDK.test(name) || /^\.{1,2}\/|\.sh$/.test(program);
}

/** A single source file, which `java` compiles itself, and agents that ask for the tools. */
function usesDebugger({ words }: Command): boolean {
  return words.some(({ text }) => /\.java$|jdk\.|tools\.jar|attach/i.test(text));
}
