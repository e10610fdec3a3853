import { dockerfileConversion } from '../rule';
import { stageOffers } from '../stages/ecosystem';
import { RUBY } from '../stages/ruby';

export const multiStageRuby = dockerfileConversion({
  meta: {
    id: 'multi-stage-ruby',
    title: 'Convert to a multi-stage build with Bundler',
    since: '0.2.0',
    summary:
      'Compilers, headers and what Bundler downloads stay in a builder stage; the final stage has the installed gems and the project on the slim variant of the image',
    safety: 'unsafe',
    why: `Gems with C code need a compiler and headers to be installed, and nothing of that to run, yet an image that installs
them ships both: \`ruby:3.3\` is some 750 MB larger than \`ruby:3.3-slim\`. All steps up to the last \`bundle install\` or
\`assets:precompile\` stay as they are, in a stage called \`builder\`. The final stage copies \`/usr/local/bundle\`, where
the official images put gems and the settings of Bundler, and the project's folder.

Libraries that gems link with are installed in the final stage: those of \`-dev\` packages that the file installs, and on
the full image those of the gems in \`Gemfile.lock\`. Where a gem is not known, the conversion is declined.

It is also declined, with the line, for images on Alpine, gems from a repository or a folder, settings that put gems
elsewhere, entrypoint scripts, and steps before the build that may serve the running container. Look in the preview for
programs that the application calls while it runs, such as \`psql\` or \`git\`.`,
    sources: [
      'https://docs.docker.com/guides/ruby/containerize/',
      'https://hub.docker.com/_/ruby',
      'https://bundler.io/man/bundle-config.1.html',
    ],
  },
  examples: [
    {
      before: `FROM ruby:3.3
WORKDIR /app
ENV RAILS_ENV=production BUNDLE_WITHOUT=development:test
COPY Gemfile Gemfile.lock ./
RUN bundle install
COPY . .
# the key is only for this step
RUN SECRET_KEY_BASE_DUMMY=1 bundle exec rails assets:precompile
EXPOSE 3000
CMD ["bundle", "exec", "puma", "-C", "config/puma.rb"]
`,
      files: {
        Gemfile: "source 'https://rubygems.org'\ngem 'rails'\ngem 'pg'\ngem 'puma'\n",
        'Gemfile.lock':
          'GEM\n  remote: https://rubygems.org/\n  specs:\n    nio4r (2.7.4)\n    pg (1.5.9)\n    puma (6.5.0)\n      nio4r (~> 2.0)\n    rails (8.0.1)\n\nPLATFORMS\n  ruby\n',
      },
      after: {
        Dockerfile: `FROM ruby:3.3 AS builder
WORKDIR /app
ENV RAILS_ENV=production BUNDLE_WITHOUT=development:test
COPY Gemfile Gemfile.lock ./
RUN bundle install
COPY . .
# the key is only for this step
RUN SECRET_KEY_BASE_DUMMY=1 bundle exec rails assets:precompile

FROM ruby:3.3-slim
ENV RAILS_ENV=production BUNDLE_WITHOUT=development:test
WORKDIR /app
RUN apt-get update \\
    && apt-get install -y --no-install-recommends libpq5 \\
    && rm -rf /var/lib/apt/lists/*
COPY --from=builder /usr/local/bundle /usr/local/bundle
COPY --from=builder /app ./
EXPOSE 3000
CMD ["bundle", "exec", "puma", "-C", "config/puma.rb"]
`,
      },
    },
    {
      title: 'A gem that is not known',
      before: `FROM ruby:3.3
WORKDIR /app
COPY Gemfile Gemfile.lock ./
RUN bundle install
COPY . .
CMD ["ruby", "app.rb"]
`,
      files: {
        'Gemfile.lock': 'GEM\n  remote: https://rubygems.org/\n  specs:\n    acme-native (1.0.0)\n',
      },
      declined: 'line 4 installs acme-native, and it is not known what that needs of the full image',
    },
  ],
  offers: stageOffers(RUBY),
});
