import assert from 'node:assert/strict';
import { isDeclined } from '../../server/src/core/decline';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import { type Ecosystem, planStages, stageOffers } from '../../server/src/core/stages/ecosystem';
import { NODE } from '../../server/src/core/stages/node';
import { PHP } from '../../server/src/core/stages/php';
import { RUBY } from '../../server/src/core/stages/ruby';
import { contextFor } from '../support/facts';
import { loadGrammar } from '../support/grammar';

function placesOf(ecosystem: Ecosystem, text: string, files: Readonly<Record<string, string>>) {
  const { workspace } = contextFor('Dockerfile', { ...files, Dockerfile: text });
  const plan = planStages(ecosystem, parseDockerfile('Dockerfile', text), workspace);
  assert.ok(!isDeclined(plan));
  for (const { why } of plan.split.placed) assert.match(why, /^[a-z].*[^.]$/);
  return plan.split.placed.map(({ instruction, goes }) => `${instruction.kind} ${goes}`);
}

describe('A split says of each instruction where it goes', () => {
  before(loadGrammar);

  it('cut behind the last build step', () => {
    const text = `FROM ruby:3.3
LABEL team=shop
WORKDIR /app
ENV RAILS_ENV=production
COPY . .
RUN bundle install
USER 1000
CMD ["bundle", "exec", "puma"]
`;
    const files = { 'Gemfile.lock': 'GEM\n  specs:\n    puma (6.5.0)\n' };
    assert.deepEqual(placesOf(RUBY, text, files), [
      ...['FROM rewritten', 'LABEL final', 'WORKDIR builder', 'ENV both', 'COPY builder', 'RUN builder'],
      ...['USER final', 'CMD final'],
    ]);
  });

  it('with the steps that install what the container calls in both', () => {
    const text = `FROM node:22
RUN npm install -g pnpm@9
WORKDIR /app
COPY . .
RUN pnpm install --frozen-lockfile && pnpm run build
HEALTHCHECK CMD pnpm --version
CMD ["node", "dist/main.js"]
`;
    const files = {
      'package.json': '{"scripts": {"build": "tsc"}}\n',
      'pnpm-lock.yaml': 'lockfileVersion: 9\n',
    };
    assert.deepEqual(placesOf(NODE, text, files), [
      ...['FROM rewritten', 'RUN both', 'WORKDIR builder', 'COPY builder', 'RUN builder'],
      ...['HEALTHCHECK final', 'CMD final'],
    ]);
  });

  it('with what sets up the server below the cut, and users and files for other places in both', () => {
    const text = `FROM php:8.3-apache-bookworm
RUN a2enmod rewrite && echo "ServerName shop" >> /etc/apache2/apache2.conf
RUN groupadd shop && useradd --gid shop shop
COPY vhost.conf /etc/apache2/sites-available/
COPY shop.cron /etc/cron.d/shop
RUN apt-get update && apt-get install -y libicu-dev
RUN docker-php-ext-install intl
COPY . .
`;
    assert.deepEqual(placesOf(PHP, text, {}), [
      ...['FROM rewritten', 'RUN final', 'RUN both', 'COPY final', 'COPY both', 'RUN builder', 'RUN builder'],
      'COPY final',
    ]);
  });

  it('with all of it in the builder where a step that builds sets up the server too', () => {
    const text = `FROM php:8.3-apache-bookworm
RUN a2enmod rewrite
COPY vhost.conf /etc/apache2/sites-available/
RUN apt-get update && apt-get install -y libicu-dev && docker-php-ext-install intl && a2ensite vhost
`;
    assert.deepEqual(placesOf(PHP, text, {}), [
      'FROM rewritten',
      'RUN builder',
      'COPY builder',
      'RUN builder',
    ]);
  });
});

describe('An offer to split a stage', () => {
  before(loadGrammar);

  it('says what the packages weigh that stay behind on the same image, but for those that it holds', () => {
    const text = `FROM php:8.3-apache-bookworm
RUN apt-get update && apt-get install -y g++ libicu-dev libpng-dev && docker-php-ext-install gd intl
`;
    const [offer] = stageOffers(PHP)(
      parseDockerfile('Dockerfile', text),
      contextFor('Dockerfile', { Dockerfile: text }),
    );
    assert.ok(offer?.kind === 'offer');
    assert.equal(offer.gain?.bytes, 51_900_000);
  });
});
