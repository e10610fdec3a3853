import { SHELL_IMAGE } from '../docker/shell-image';

/** Stands for Debian's: writes lists of 300 kB, and 2 MB for whatever is installed. */
const APT_GET = `#!/bin/sh
case "$1" in
  update) mkdir -p /var/lib/apt/lists; dd if=/dev/zero of=/var/lib/apt/lists/main bs=1000 count=300 ;;
  install) mkdir -p /usr/lib/gcc; dd if=/dev/zero of=/usr/lib/gcc/cc1 bs=1000 count=2000 ;;
esac
`;

const RECORD = 'flask/__init__.py,,\nflask-3.0.3.dist-info/RECORD,,\n';

/** A project whose image holds what findings are about, each with a size of its own. */
export function weighedProject(image: string): Record<string, string> {
  return {
    'compose.yaml': `services:\n  api:\n    build: .\n    image: ${image}\n`,
    Dockerfile: [
      `FROM ${SHELL_IMAGE}`,
      'COPY apt-get /usr/bin/',
      'RUN chmod 755 /usr/bin/apt-get',
      'RUN apt-get update && apt-get install -y gcc',
      'COPY site-packages /usr/local/lib/python3.12/site-packages',
      'CMD ["flask", "run"]',
      '',
    ].join('\n'),
    'apt-get': APT_GET,
    'site-packages/flask/__init__.py': '#'.repeat(5_000),
    'site-packages/flask-3.0.3.dist-info/RECORD': RECORD,
  };
}
