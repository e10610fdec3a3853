import { isDeclined } from '../decline';
import { repositoryName } from '../dockerfile/image-ref';
import type { Dockerfile } from '../dockerfile/model';
import type { WorkspaceFacts } from '../project/workspace';
import type { Span } from '../text/span';
import { planDotnet } from './dotnet-plan';
import { planGo } from './go-plan';
import { planJava } from './java-plan';
import { planRust } from './rust-plan';

/** A file of one stage that ships the toolchain it builds with, though what it starts needs nothing of that. */
export interface ShippedToolchain {
  /** What is shipped, for a sentence: `the Go toolchain`. */
  readonly name: string;
  /** The image behind FROM. */
  readonly at: Span;
  /** The conversion that parts them. */
  readonly conversion: string;
}

interface Toolchain {
  readonly images: readonly string[];
  readonly name: string;
  readonly conversion: string;
  plan(file: Dockerfile, workspace: WorkspaceFacts): unknown;
}

const TOOLCHAINS: readonly Toolchain[] = [
  { images: ['golang'], name: 'the Go toolchain', conversion: 'multi-stage-go', plan: planGo },
  { images: ['rust'], name: 'the Rust toolchain', conversion: 'multi-stage-rust', plan: planRust },
  {
    images: ['maven', 'gradle', 'eclipse-temurin'],
    name: 'the Java compiler with its build tool',
    conversion: 'multi-stage-java',
    plan: planJava,
  },
  { images: ['sdk'], name: 'the SDK of .NET', conversion: 'multi-stage-dotnet', plan: planDotnet },
];

/** Undefined also where nobody can be sure that what is started does without. */
export function shippedToolchain(file: Dockerfile, workspace: WorkspaceFacts): ShippedToolchain | undefined {
  const [stage] = file.stages;
  const at = stage?.from.image?.span;
  if (stage?.base.kind !== 'image' || !at) return undefined;
  const repository = repositoryName(stage.base.ref);
  const toolchain = TOOLCHAINS.find(it => it.images.includes(repository));
  if (!toolchain || isDeclined(toolchain.plan(file, workspace))) return undefined;
  return { name: toolchain.name, at, conversion: toolchain.conversion };
}
