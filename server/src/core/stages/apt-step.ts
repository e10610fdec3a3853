import type { Dockerfile } from '../dockerfile/model';
import { linesOf } from '../text/lines';

/** The shell text of a RUN that installs packages and leaves nothing else, a command to a line. */
export function aptStep(file: Dockerfile, packages: readonly string[]): string {
  const next = ` ${file.escape}${linesOf(file.text).eol}    && `;
  const install = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  return ['apt-get update', install, 'rm -rf /var/lib/apt/lists/*'].join(next);
}
