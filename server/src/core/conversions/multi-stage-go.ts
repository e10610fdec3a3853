import { dockerfileConversion } from '../rule';
import { stageOffers } from '../stages/ecosystem';
import { GO } from '../stages/go';

export const multiStageGo = dockerfileConversion({
  meta: {
    id: 'multi-stage-go',
    title: 'Build the Go program in a stage of its own',
    since: '0.2.0',
    summary:
      'The Go toolchain stays in a builder stage; what ships is the program with the files that it reads',
    safety: 'unsafe',
    why: `A Go program needs nothing of the toolchain that built it, yet \`golang:1.24\` ships some 800 MB of it. All steps up
to the last \`go build\` stay as they are, in a stage called \`builder\`; the stage that ships copies the programs, and
whatever the project copies that is no source: templates, assets, configuration.

With \`CGO_ENABLED=0\` and nothing that asks for a shell, a package or a user by name, the program ships on
\`gcr.io/distroless/static-debian12\`, which holds certificates and time zones; else on slim Debian of the same release,
with both installed.

It declines, and says which line, where a step before the build may serve the running container, where \`go build\` has no
\`-o\`, and where the container starts anything else. Look in the preview for programs that yours calls while it runs: a
shell, git, or go itself.`,
    sources: [
      'https://docs.docker.com/guides/golang/build-images/#multi-stage-builds',
      'https://github.com/GoogleContainerTools/distroless/blob/main/base/README.md',
    ],
  },
  examples: [
    {
      before: `FROM golang:1.24
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# one static program
RUN CGO_ENABLED=0 go build -o /usr/local/bin/shop ./cmd/shop
EXPOSE 8080
CMD ["shop"]
`,
      files: {
        'go.mod': 'module shop\n',
        'cmd/shop/main.go': 'package main\n',
        'templates/index.html': '<p>\n',
      },
      after: {
        Dockerfile: `FROM golang:1.24 AS builder
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# one static program
RUN CGO_ENABLED=0 go build -o /usr/local/bin/shop ./cmd/shop

FROM gcr.io/distroless/static-debian12
WORKDIR /src
COPY --from=builder /usr/local/bin/shop /usr/local/bin/shop
COPY --from=builder /src/templates /src/templates
EXPOSE 8080
CMD ["shop"]
`,
      },
    },
    {
      title: 'The container compiles when it starts',
      before: 'FROM golang:1.24\nWORKDIR /src\nCOPY . .\nCMD ["go", "run", "."]\n',
      declined: 'line 1 begins a stage with no step that is known to build with go build',
    },
  ],
  offers: stageOffers(GO),
});
