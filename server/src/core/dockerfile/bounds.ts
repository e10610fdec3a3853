import {
  MOST_COMMANDS,
  MOST_DOCKERFILE_LENGTH,
  MOST_DOCKERFILE_LINES,
  MOST_DOCKERFILE_TOKENS,
  MOST_HEREDOCS,
  MOST_STAGES,
} from '../limits';
import { beyond } from '../text/beyond';
import { sizeOf } from '../text/tokens';

/** Which limit a Dockerfile is beyond, as the message of a finding; undefined where it is within all of them. */
export function dockerfileLimit(text: string): string | undefined {
  if (text.length > MOST_DOCKERFILE_LENGTH)
    return beyond('the file', text.length, MOST_DOCKERFILE_LENGTH, 'characters');
  const { lines, tokens } = sizeOf(text, MOST_DOCKERFILE_TOKENS);
  if (tokens > MOST_DOCKERFILE_TOKENS)
    return beyond('the file', undefined, MOST_DOCKERFILE_TOKENS, 'words and operators');
  if (lines > MOST_DOCKERFILE_LINES)
    return beyond('the file', lines, MOST_DOCKERFILE_LINES, 'lines of instructions');
  const stages = text.match(/^[ \t]*FROM[ \t]/gim)?.length ?? 0;
  if (stages > MOST_STAGES) return beyond('the file', stages, MOST_STAGES, 'stages');
  const commands = text.match(COMMAND)?.length ?? 0;
  if (commands > MOST_COMMANDS) return tooManyCommands(commands);
  if (mostHeredocs(text) > MOST_HEREDOCS)
    return beyond('an instruction', undefined, MOST_HEREDOCS, 'heredocs');
  return undefined;
}

export function tooManyCommands(count: number): string {
  return beyond('the file', count, MOST_COMMANDS, 'commands');
}

/** Where a command begins, told from the text alone; what heredocs hold is counted where it is read. */
const COMMAND = /^[ \t]*(?:ONBUILD[ \t]+)?RUN[ \t]|&&|\|\|?|;|\$\(/gim;

/** How often `<<` occurs at most in lines that go on with each other. */
function mostHeredocs(text: string): number {
  let most = 0;
  let count = 0;
  for (let at = text.indexOf('<<'), before = 0; at !== -1; at = text.indexOf('<<', at + 2)) {
    if (!isOneInstruction(text, before, at)) count = 0;
    most = Math.max(most, ++count);
    before = at;
  }
  return most;
}

/** Whether every line between two places ends in an escape character. */
function isOneInstruction(text: string, from: number, to: number): boolean {
  for (let end = text.indexOf('\n', from); end !== -1 && end < to; end = text.indexOf('\n', end + 1)) {
    if (!/[\\`]\s*$/.test(text.slice(Math.max(from, end - 3), end))) return false;
  }
  return true;
}
