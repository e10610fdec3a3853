import { gainOver } from '../analysis/sizes/image-gain';
import { isDeclined } from '../decline';
import { dockerfileConversion } from '../rule';
import { nginxSite } from '../stages/nginx-site';
import { planStaticSite } from '../stages/static-site-plan';

export const multiStageStaticSite = dockerfileConversion({
  meta: {
    id: 'multi-stage-static-site',
    title: 'Build the site in a stage of its own and serve it with nginx',
    since: '0.2.0',
    summary:
      'Node, the bundler and all dependencies stay in a builder stage; what ships is the built folder on nginx, on the same port',
    safety: 'unsafe',
    rewrites: ['CMD', 'ENTRYPOINT', 'USER', 'HEALTHCHECK'],
    why: `A single-page application or a generated site is a folder of files. An image that builds it and then serves it with
\`serve\`, \`http-server\` or \`vite preview\` ships Node, the bundler and hundreds of megabytes of \`node_modules\` for
that. All that writes files stays as it is, in a stage called \`builder\`; the stage that ships copies the folder that the
server was started for, to the same path, and nginx serves it on the same port. Where the last of several stages only
serves, it stands on nginx in place of Node.

A new file \`nginx.conf\` says what to serve. It answers as the server did: with \`index.html\` for every path that is
no file where that was asked for (\`serve -s\`), else with the page of that name and \`404.html\`. Text is compressed and said to be UTF-8. A container that ran as root starts nginx as root, which hands the
work to a user of its own; one that ran as another user gets the image of nginx that any user can run.

Look in the preview for what a server of Node does and this does not: it lists folders without an \`index.html\`, and
sends \`/page.html\` on to \`/page\`. The conversion declines, and says which line, where the container starts anything
else, where the server has options or a configuration file that nginx would have to be told of, and where nothing here
names the port.`,
    sources: [
      'https://docs.docker.com/guides/reactjs/containerize/',
      'https://github.com/vercel/serve-handler#readme',
      'https://github.com/http-party/http-server#readme',
      'https://vite.dev/guide/static-deploy.html',
      'https://nginx.org/en/docs/http/ngx_http_core_module.html#try_files',
    ],
  },
  examples: [
    {
      before: `FROM node:22-alpine
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build
RUN npm install -g serve
EXPOSE 3000
# every path is the application's
CMD ["serve", "-s", "dist", "-l", "3000"]
`,
      after: {
        Dockerfile: `FROM node:22-alpine AS builder
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM nginx:stable-alpine
WORKDIR /app
COPY --from=builder /app/dist /app/dist
COPY nginx.conf /etc/nginx/conf.d/default.conf
EXPOSE 3000
# every path is the application's
CMD ["nginx", "-g", "daemon off;"]
`,
        'nginx.conf': `server {
    listen 3000;
    root /app/dist;
    charset utf-8;
    include /etc/nginx/mime.types;
    types {
        text/javascript mjs;
        application/manifest+json webmanifest;
    }
    gzip on;
    gzip_types text/css text/javascript application/javascript application/json image/svg+xml;

    location / {
        try_files $uri /index.html;
    }
}
`,
      },
    },
    {
      title: 'A server for developers',
      before: `FROM node:22-alpine
WORKDIR /app
COPY . .
RUN npm ci && npm run build
EXPOSE 5173
CMD ["npm", "run", "dev"]
`,
      files: { 'package.json': '{"scripts": {"dev": "vite --host", "build": "vite build"}}\n' },
      declined: 'line 6 starts with vite, and not with a known server of files',
    },
  ],
  offers(file, { workspace, engine }) {
    const plan = planStaticSite(file, workspace);
    if (isDeclined(plan)) return [plan];
    const { stage, start, image, configPath, edits } = plan;
    return [
      {
        kind: 'offer',
        at: stage.span,
        ...gainOver(stage, image, engine),
        changes: () => [
          { kind: 'edit', path: file.path, edits },
          {
            kind: 'create',
            path: configPath,
            text: nginxSite(start),
            because:
              'It tells nginx which folder to serve, on which port, and what answers a path that is no file',
          },
        ],
      },
    ];
  },
});
