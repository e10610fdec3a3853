import { dockerfileConversion } from '../rule';
import { stageOffers } from '../stages/ecosystem';
import { RUST } from '../stages/rust';

export const multiStageRust = dockerfileConversion({
  meta: {
    id: 'multi-stage-rust',
    title: 'Build the Rust program in a stage of its own',
    since: '0.2.0',
    summary:
      'Cargo, rustc and everything under `target` stay in a builder stage; what ships is the program with the libraries that it links with and the files that it reads',
    safety: 'unsafe',
    why: `A Rust program needs nothing of the toolchain that built it, yet \`rust:1\` ships some 1.5 GB of it, and \`target\`
often as much again. All steps up to the last \`cargo build\` stay as they are, in a stage called \`builder\`; the stage
that ships is slim Debian of the same release with the program at the path that the container starts, and whatever the
project copies that is no source: templates, assets, migrations, configuration.

The libraries that it loads are told by \`Cargo.lock\`: \`openssl-sys\` means \`libssl3\`, \`pq-sys\` means \`libpq5\`.
Packages of headers that the Dockerfile installs are replaced by their libraries. Certificates and time zones come along.

It declines, and says which line, where a crate stands for a library that is not known here, where there is no
\`Cargo.lock\`, where a step before the build may serve the running container, and where the container starts anything but
a program that cargo built. Look in the preview for programs that yours calls while it runs: a shell, git, curl.`,
    sources: [
      'https://docs.docker.com/guides/rust/build-images/',
      'https://hub.docker.com/_/rust',
      'https://docs.rs/openssl/latest/openssl/#automatic',
    ],
  },
  examples: [
    {
      before: `FROM rust:1.83-bookworm
WORKDIR /app
# for openssl-sys
RUN apt-get update && apt-get install -y pkg-config libssl-dev && rm -rf /var/lib/apt/lists/*
COPY . .
RUN cargo build --release --locked
EXPOSE 8080
CMD ["./target/release/shop"]
`,
      files: {
        'Cargo.toml': '[package]\nname = "shop"\n',
        'Cargo.lock': '[[package]]\nname = "openssl-sys"\nversion = "0.9.104"\n',
        'src/main.rs': 'fn main() {}\n',
        'templates/index.html': '<p>\n',
      },
      after: {
        Dockerfile: `FROM rust:1.83-bookworm AS builder
WORKDIR /app
# for openssl-sys
RUN apt-get update && apt-get install -y pkg-config libssl-dev && rm -rf /var/lib/apt/lists/*
COPY . .
RUN cargo build --release --locked

FROM debian:bookworm-slim
WORKDIR /app
RUN apt-get update \\
    && apt-get install -y --no-install-recommends libssl3 ca-certificates tzdata \\
    && rm -rf /var/lib/apt/lists/*
COPY --from=builder /app/target/release/shop /app/target/release/shop
COPY --from=builder /app/templates /app/templates
EXPOSE 8080
CMD ["./target/release/shop"]
`,
      },
    },
    {
      title: 'The container compiles when it starts',
      before: `FROM rust:1.83
WORKDIR /app
COPY . .
RUN cargo build --release
CMD ["cargo", "run", "--release"]
`,
      files: { 'Cargo.lock': 'version = 4\n' },
      declined: 'line 5 starts with cargo, which is not a path that cargo builds to',
    },
  ],
  offers: stageOffers(RUST),
});
