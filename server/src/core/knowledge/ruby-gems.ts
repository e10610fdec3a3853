// What gems take from the full image of Ruby (buildpack-deps) and from Debian that the slim image lacks.

/**
 * What a gem needs of the system when it runs: `-dev` packages that stand for the libraries it links with, and packages
 * with programs or data. Gems that bring their libraries along, or link with those of Ruby itself, need none.
 */
export interface GemNeeds {
  readonly headers: readonly string[];
  readonly packages: readonly string[];
}

const headers = (...names: string[]): GemNeeds => ({ headers: names, packages: [] });
const packages = (...names: string[]): GemNeeds => ({ headers: [], packages: names });
const NONE: GemNeeds = { headers: [], packages: [] };

/** Sources: the installation notes of each project, its `extconf.rb`, and what its Ruby code calls (November 2026). */
const NEEDS: Readonly<Record<string, GemNeeds>> = {
  pg: headers('libpq-dev'),
  mysql2: headers('default-libmysqlclient-dev'),
  sqlite3: headers('libsqlite3-dev'),
  tiny_tds: headers('freetds-dev'),
  ffi: headers('libffi-dev'),
  fiddle: headers('libffi-dev'),
  psych: headers('libyaml-dev'),
  curb: headers('libcurl4-openssl-dev'),
  ethon: headers('libcurl4-openssl-dev'),
  charlock_holmes: headers('libicu-dev'),
  mini_magick: packages('imagemagick'),
  git: packages('git', 'ca-certificates'),
  tzinfo: packages('tzdata'),
};

/** Gems of Ruby alone, and gems with an extension that needs nothing which the slim image lacks. */
const NEEDING_NONE: ReadonlySet<string> = new Set(
  `
  actioncable actionmailbox actionmailer actionpack actiontext actionview activejob activemodel activerecord
  activestorage activesupport rails railties rails-dom-testing rails-html-sanitizer rails-i18n i18n globalid marcel
  mail mini_mime nokogiri loofah crass racc erb erubi builder thor zeitwerk rack rack-session rack-test rack-cors
  rack-protection rack-attack rackup webrick puma nio4r sprockets sprockets-rails propshaft importmap-rails turbo-rails
  stimulus-rails jsbundling-rails cssbundling-rails tailwindcss-rails tailwindcss-ruby dartsass-rails sass-embedded
  jbuilder bootsnap msgpack bcrypt bigdecimal base64 benchmark concurrent-ruby connection_pool csv date drb irb rdoc
  reline io-console pp prettyprint stringio strscan logger minitest mutex_m securerandom timeout uri useragent
  websocket-driver websocket-extensions net-imap net-pop net-protocol net-smtp net-http net-ssh net-scp net-sftp
  ed25519 bcrypt_pbkdf openssl json ostruct rake bundler sinatra sinatra-contrib mustermann tilt ruby2_keywords
  multi_json haml slim temple redcarpet kramdown kramdown-parser-gfm rouge commonmarker redis redis-client redis-store
  redis-rack redis-actionpack hiredis hiredis-client sidekiq sidekiq-cron sidekiq-scheduler fugit raabro et-orbi
  rufus-scheduler resque delayed_job delayed_job_active_record good_job solid_queue solid_cache solid_cable
  mission_control-jobs dalli faraday faraday-net_http faraday-retry faraday-multipart faraday-follow_redirects
  multipart-post httparty multi_xml http http-cookie http-form_data domain_name unf unf_ext rest-client netrc mime-types
  mime-types-data addressable public_suffix typhoeus excon devise warden orm_adapter responders bcrypt_pbkdf omniauth
  omniauth-oauth2 omniauth-rails_csrf_protection oauth2 snaky_hash version_gem hashie jwt cancancan pundit rolify
  kaminari kaminari-core kaminari-actionview kaminari-activerecord pagy will_paginate ransack friendly_id
  paper_trail audited acts-as-taggable-on ancestry aasm state_machines simple_form cocoon draper decent_exposure
  active_model_serializers case_transform jsonapi-renderer jsonapi-serializer alba oj ox blueprinter dry-core
  dry-inflector dry-logic dry-types dry-configurable dry-container dry-schema dry-struct dry-validation
  dry-initializer dry-monads dry-events dry-transformer hanami hanami-router hanami-controller roda sequel grape
  grape-swagger grape-entity graphql graphql-batch dotenv dotenv-rails config figaro deep_merge lograge request_store
  semantic_logger rails_semantic_logger sentry-ruby sentry-rails sentry-sidekiq honeybadger bugsnag rollbar
  prometheus-client yabeda aws-sdk-core aws-sdk-s3 aws-sdk-kms aws-sdk-sqs aws-sdk-sns aws-sdk-ses aws-sigv4
  aws-partitions aws-eventstream jmespath google-protobuf googleapis-common-protos-types stripe money monetize
  money-rails rubyzip roo caxlsx htmlentities nested_form prawn prawn-table pdf-core ttfunk matrix bindex web-console
  debug byebug pry pry-rails pry-byebug coderay method_source listen rb-fsevent rb-inotify spring letter_opener
  launchy childprocess bullet uniform_notifier annotate rack-mini-profiler rspec rspec-core rspec-expectations
  rspec-mocks rspec-support rspec-rails factory_bot factory_bot_rails faker capybara selenium-webdriver websocket
  xpath regexp_parser matrix webmock vcr crack rexml hashdiff shoulda-matchers simplecov simplecov-html
  simplecov_json_formatter docile timecop database_cleaner database_cleaner-core database_cleaner-active_record
  brakeman rubocop rubocop-ast rubocop-rails rubocop-performance rubocop-minitest rubocop-rspec
  rubocop-rails-omakase ruby-progressbar parser ast prism parallel rainbow unicode-display_width unicode-emoji
  language_server-protocol lint_roller bundler-audit diff-lcs foreman kamal thruster sshkit dockerfile-rails
  chronic groupdate chartkick geocoder rotp rqrcode rqrcode_core chunky_png view_component turbo_power inline_svg
  meta-tags sitemap_generator high_voltage rack-timeout unicorn kgio raindrops thin daemons eventmachine falcon async
  protocol-http protocol-http1 protocol-http2 console fiber-local fiber-storage fiber-annotation io-event io-endpoint
  io-stream metrics traces nkf observer abbrev getoptlong syslog digest hana erubis liquid jekyll jekyll-sass-converter
  jekyll-watch em-websocket http_parser.rb mercenary pathutil forwardable-extended safe_yaml terminal-table colorator
  tomlrb toml slop optimist tty-prompt tty-cursor tty-reader tty-screen tty-color pastel wisper necromancer
  `
    .trim()
    .split(/\s+/),
);

/** What a gem needs of the system on a slim image; undefined for a gem that nobody has looked at. */
export function gemNeeds(name: string): GemNeeds | undefined {
  if (NEEDING_NONE.has(name)) return NONE;
  return Object.hasOwn(NEEDS, name) ? NEEDS[name] : undefined;
}
