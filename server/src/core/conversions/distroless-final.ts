import { gainOver } from '../analysis/sizes/image-gain';
import { isDeclined } from '../decline';
import { dockerfileConversion } from '../rule';
import { planDistroless } from './distroless-final/plan';

export const distrolessFinal = dockerfileConversion({
  meta: {
    id: 'distroless-final',
    title: 'Ship on a distroless image',
    since: '0.2.0',
    summary:
      'The last stage stands on an image without a shell and a package manager, where nothing in it needs one',
    safety: 'unsafe',
    why: `A program that another stage built needs its libraries, certificates and time zones. A shell, a package manager and
some hundred programs beside it only weigh, and serve an intruder. Distroless images hold what is left: 2 MB for a static
program, some 20 MB with the C library and OpenSSL.

- A static program (Go with \`CGO_ENABLED=0\`, Rust for musl) goes onto \`static-debian12\`.
- One that loads the C library goes onto \`base\` or \`cc\` of the very release of Debian that it ships on now.
- A jar on \`eclipse-temurin:17-jre\` or \`21-jre\` goes onto \`java17\` or \`java21\`, where an ENTRYPOINT starts java.

Steps that install what those images hold anyway (\`ca-certificates\`, \`tzdata\`) go. It declines, and says which line, at
any other RUN, at shell forms, entrypoint scripts, health checks that call curl, users that only the old image knows,
libraries that are not there, and services of Compose that start or check the image in a way of their own.

It always declines for Python. A virtual environment of Python's own images names the interpreter under \`/usr/local\`,
where distroless images have none: it would not start. One that Debian's Python made names \`/usr/bin/python3\`, which
\`python3-debian12\` has; but the files do not say which libraries of the system its packages load, so nobody can tell
from them whether that image holds them all.

Look in the preview for programs that yours calls while it runs, and for fonts, which the images of Java lack; and
remember that nobody can open a shell in the container: images with the tag \`debug\` bring one.`,
    sources: [
      'https://github.com/GoogleContainerTools/distroless#readme',
      'https://docs.docker.com/dhi/core-concepts/distroless/',
    ],
  },
  examples: [
    {
      before: `FROM golang:1.24 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /shop ./cmd/shop

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=build /shop /shop
EXPOSE 8080
USER 1000
ENTRYPOINT ["/shop"]
`,
      after: {
        Dockerfile: `FROM golang:1.24 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /shop ./cmd/shop

FROM gcr.io/distroless/static-debian12
COPY --from=build /shop /shop
EXPOSE 8080
USER 1000
ENTRYPOINT ["/shop"]
`,
      },
    },
    {
      title: 'The container needs a shell to start',
      before: `FROM golang:1.24 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /shop .

FROM alpine:3.21
COPY --from=build /shop /shop
CMD /shop --port $PORT
`,
      declined: 'line 8 is in the shell form, and there would be no shell',
    },
  ],
  offers(file, { workspace, engine }) {
    const plan = planDistroless(file, workspace);
    if (isDeclined(plan)) return [plan];
    return [
      {
        kind: 'offer',
        at: plan.stage.span,
        ...gainOver(plan.stage, plan.image, engine),
        changes: () => [{ kind: 'edit', path: file.path, edits: plan.edits }],
      },
    ];
  },
});
