import { startupInstalls } from '../../analysis/installs/start-up';
import { isDevelopmentFile, isDevelopmentService, isOneShot } from '../../analysis/services/service-kind';
import { composeRule } from '../../rule';

export const installAtStartup = composeRule({
  meta: {
    id: 'install-at-startup',
    category: 'speed',
    severity: 'warning',
    since: '0.1.0',
    fix: 'none',
    summary: 'A service installs its dependencies each time its container starts',
    why: `A container's own files live as long as the container. What \`command\` or \`entrypoint\` installs is downloaded,
and often compiled, again at every \`docker compose up\` that makes a new one, at every deployment and on every
machine. Until that is done nothing answers; when the package index is down, or a new release of some package does not
build, the service does not start at all. The compiler's memory is needed where only the application's was planned.

One team measured 7 minutes from start to first answer with \`pip install -r requirements.txt && python3 app.py\` on a
stock \`python:3.11-slim\`, and 33 seconds after the same packages had moved into an image: 12 times faster, and a
change of code rebuilt in 5 to 10 seconds.

The cure is an image: a Dockerfile that installs once, in a layer that is kept until the list of packages changes, and
\`build\` in place of \`image\`. The conversion \`runtime-install-to-image\` writes both.

Plimsoll is quiet about files and profiles for development (\`compose.override.yaml\`, \`profiles: [dev]\`), about
installs that a test guards (\`[ -d node_modules ] || npm ci\`), and about services that only install something into
a volume and end.`,
    sources: [
      'https://docs.docker.com/compose/how-tos/production/',
      'https://docs.docker.com/build/cache/optimize/',
      'https://docs.docker.com/reference/compose-file/services/#command',
    ],
  },
  examples: [
    {
      title: 'Seven minutes of pip at every start',
      before: `services:
  calidda-api:
    image: python:3.11-slim
    working_dir: /src
    command: sh -c "«pip install -q -r requirements.txt» && python3 api_wrapper.py"
    volumes:
      - ./vcc-totem:/src
`,
    },
    {
      title: 'Written as a list, or over several lines',
      before: `services:
  web:
    image: node:22-slim
    command: ["sh", "-c", "«npm ci» && node server.js"]
  worker:
    image: debian:12-slim
    entrypoint: >
      bash -c "
        apt-get update &&
        «apt-get install -y --no-install-recommends ffmpeg» &&
        exec /srv/worker
      "
`,
    },
    {
      title: 'Installed in the image: nothing is left for the start',
      before: `services:
  api:
    build: .
    command: uvicorn api:app --host 0.0.0.0
`,
    },
    {
      title: 'A tool that fills a volume and ends',
      before: `services:
  vendor:
    image: composer:2
    command: composer install
    volumes:
      - ./:/app
`,
    },
  ],
  *check(file) {
    if (isDevelopmentFile(file.path)) return;
    const reported = new Set<number>();
    for (const service of file.services) {
      if (isDevelopmentService(service) || isOneShot(file, service)) continue;
      for (const { command, called } of startupInstalls(service)) {
        // An anchor brings one command to several services.
        if (reported.has(command.span.start)) continue;
        reported.add(command.span.start);
        yield {
          at: command.span,
          message: `${called} runs at every start of ${service.name.text}: nothing answers until it is done, and nothing starts when a download fails`,
          conversions: ['runtime-install-to-image'],
        };
      }
    }
  },
});
