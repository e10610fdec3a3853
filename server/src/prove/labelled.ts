import { DockerCommandError, docker, orAfter } from './docker-command';

/** Everything that a session makes in the engine carries it, with the session's mark as its value. */
export const LABEL = 'plimsoll.prove';

/** How long tidying up may take, in milliseconds. */
const PATIENCE = 120_000;

/** A container that was being made when its command ended may come after the first look. */
const LOOKS = 5;

/** Removes the containers and images of a session. @throws DockerCommandError */
export async function removeLabelled(mark: string): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE);
  const filter = ['--filter', `label=${LABEL}=${mark}`];
  for (let look = 0; look < LOOKS; look++) {
    const containers = lines(await docker(['ps', '--all', '--quiet', ...filter], signal));
    if (containers.length > 0) await removing(['rm', '--force', '--volumes', ...containers], signal);
    const images = lines(await docker(['images', '--all', '--quiet', ...filter], signal));
    if (images.length > 0) await removing(['rmi', '--force', ...new Set(images)], signal);
    if (containers.length + images.length === 0) return;
  }
}

/** Something that another session removed meanwhile is as good as removed. */
async function removing(args: readonly string[], signal: AbortSignal): Promise<void> {
  try {
    await docker(args, signal);
  } catch (error) {
    if (
      error instanceof DockerCommandError &&
      /No such (?:container|image)|already in progress/i.test(error.message)
    )
      return;
    throw error;
  }
}

/** What the engine holds of sessions: their marks, each with the time of its youngest part in milliseconds since the epoch. */
export async function sessionsInEngine(stopped: AbortSignal): Promise<Map<string, number>> {
  const signal = orAfter(PATIENCE, stopped);
  const filter = ['--no-trunc', '--filter', `label=${LABEL}`];
  const containers = lines(await docker(['ps', '--all', '--quiet', ...filter], signal));
  const images = lines(await docker(['images', '--all', '--quiet', ...filter], signal));
  const youngest = new Map<string, number>();
  for (const id of new Set([...containers, ...images])) {
    const part = await partOf(id, signal);
    if (part) youngest.set(part.mark, Math.max(part.made, youngest.get(part.mark) ?? 0));
  }
  return youngest;
}

interface Inspected {
  readonly Created?: string;
  readonly Config?: { readonly Labels?: Readonly<Record<string, string>> };
  readonly Metadata?: { readonly LastTagTime?: string };
}

/** An image that was built of cached layers is as old as these, but named when it was built. */
async function partOf(id: string, signal: AbortSignal): Promise<{ mark: string; made: number } | undefined> {
  const said = await docker(['inspect', '--format', '{{json .}}', id], signal).catch(error => {
    // It was removed meanwhile.
    if (error instanceof DockerCommandError && /no such/i.test(error.message)) return 'null';
    throw error;
  });
  const found: Inspected | null = JSON.parse(said);
  const mark = found?.Config?.Labels?.[LABEL];
  if (!found || mark === undefined) return undefined;
  const times = [found.Created, found.Metadata?.LastTagTime].map(time => Date.parse(time ?? ''));
  return { mark, made: Math.max(0, ...times.filter(time => !Number.isNaN(time))) };
}

function lines(text: string): string[] {
  return text.split('\n').filter(line => line !== '');
}
