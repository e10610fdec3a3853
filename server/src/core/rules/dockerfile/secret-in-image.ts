import { secretInCommand } from '../../analysis/secrets/commands';
import { type CopiedSecret, copiedSecrets, isNeededLater } from '../../analysis/secrets/copies';
import { secretInText } from '../../analysis/secrets/values';
import { type SecretVariable, secretVariables, usesOf } from '../../analysis/secrets/variables';
import type { Copy, Dockerfile, Run, Stage } from '../../dockerfile/model';
import { ofKind, stagesThatShip } from '../../dockerfile/query';
import { removePart } from '../../dockerfile/remove-part';
import type { Finding, Fix } from '../../finding';
import type { BuildContext, BuildTarget } from '../../project/workspace';
import { dockerfileRule } from '../../rule';
import { areDisjoint } from '../../text/edit';
import { mountSecret } from './secret-in-image/secret-mount';

export const secretInImage = dockerfileRule({
  meta: {
    id: 'secret-in-image',
    category: 'security',
    severity: 'warning',
    since: '0.1.0',
    aliases: ['DL3064', 'SecretsUsedInArgOrEnv'],
    fix: 'unsafe',
    fixRisk: `The secret is no longer in the image. A build hands it in with \`docker build --secret id=NAME\`, which reads
the variable \`NAME\` or, with \`src=\`, a file (in a Compose file: \`secrets\` under \`build\`); without it the command
finds it empty, as it did without \`--build-arg\`. A program that reads it when it runs gets it from
\`docker run --env-file\`, \`env_file\` or \`secrets\`.`,
    summary: 'A password, a token or a key gets into the image: by ENV, ARG, COPY or the text of a RUN',
    why: `Whoever can pull an image can read all that is in it. \`docker history --no-trunc\` shows the text of every RUN with the
values of the ARGs that it was given, \`docker inspect\` shows every ENV, and each layer can be unpacked by itself: a file
that a later step deletes is still there. A secret that has been in a pushed image is known, and has to be replaced.

A build reads a secret through \`RUN --mount=type=secret,id=NAME\`: it is there for that one command only, and in no layer
and no history. What the program needs when it runs is handed to the container.

Names tell secrets from settings: \`NPM_TOKEN\`, \`DB_PASSWORD\` and \`SECRET_KEY_BASE\` are secrets; \`TOKEN_FILE\`,
\`PASSWORD_MIN_LENGTH\`, \`STRIPE_PUBLISHABLE_KEY\` and \`SSH_AUTH_SOCK\` are not. Stand-ins such as \`changeme\` or \`dummy\` are
not reported, nor is a made-up value in front of one command (\`RUN SECRET_KEY_BASE=dummy rails assets:precompile\`). A
password that everybody tries first is a hint, and so is what happens in a stage that is thrown away: its history stays
on the machine that builds.

A \`COPY . .\` that takes a \`.env\` along is what \`missing-dockerignore\` and \`leaky-dockerignore\` report.`,
    sources: [
      'https://docs.docker.com/build/building/secrets/',
      'https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/',
    ],
  },
  examples: [
    {
      title: 'A file with tokens is copied, and the program could get it when it starts',
      before:
        'FROM python:3.10-slim\nWORKDIR /app\nCOPY «tokens.env» ./\nCOPY app ./app\nCMD ["python", "-m", "app"]\n',
      after: 'FROM python:3.10-slim\nWORKDIR /app\nCOPY app ./app\nCMD ["python", "-m", "app"]\n',
      files: { 'tokens.env': 'TOKEN=x\n', 'app/__main__.py': 'print()\n' },
    },
    {
      title: 'The value of an ARG stays in the history',
      before:
        'FROM node:22-slim\nWORKDIR /app\nARG «NPM_TOKEN»\nCOPY package.json .npmrc ./\nRUN npm install --omit=dev\n',
      after:
        'FROM node:22-slim\nWORKDIR /app\nCOPY package.json .npmrc ./\nRUN --mount=type=secret,id=NPM_TOKEN,required=true \\\n    export NPM_TOKEN="$(cat /run/secrets/NPM_TOKEN)" && \\\n    npm install --omit=dev\n',
    },
    {
      title: 'A setting of the image, though the program reads it only when it runs',
      before: 'FROM python:3.12-slim\nENV APP_ENV=prod «GROQ_API_KEY»=gsk_8fKq2LmZx91 TZ=UTC\n',
      after: 'FROM python:3.12-slim\nENV APP_ENV=prod TZ=UTC\n',
    },
    {
      title: 'A build secret leaves nothing behind',
      before:
        '# syntax=docker/dockerfile:1\nFROM node:22-slim\nRUN --mount=type=secret,id=NPM_TOKEN,required=true,env=NPM_TOKEN npm ci\n',
    },
    {
      title: 'Names that only look like it, and stand-ins',
      before:
        'FROM python:3.12-slim\nENV TOKENIZERS_PARALLELISM=false POSTGRES_PASSWORD_FILE=/run/secrets/db \\\n    STRIPE_PUBLISHABLE_KEY=pk_live_51H8 ADMIN_PASSWORD=changeme KEYCLOAK_URL=https://id.example.com\nRUN SECRET_KEY=dummy python manage.py collectstatic\n',
    },
  ],
  *check(file, { workspace }) {
    const shipped = stagesThatShip(file, workspace.targets);
    for (const stage of file.stages) {
      const isShipped = shipped.includes(stage);
      const found = [
        ...secretVariables(stage).map(variable => variableFinding(file, variable, workspace.targets)),
        ...ofKind(stage.instructions, 'RUN').flatMap(run => commandFindings(run)),
        ...ofKind(stage.instructions, 'COPY', 'ADD').flatMap(copy =>
          copyFindings(file, stage, copy, workspace.context),
        ),
        ...otherTexts(stage),
      ];
      for (const finding of found) yield isShipped ? finding : { ...finding, atMost: 'hint' };
    }
  },
});

function variableFinding(
  file: Dockerfile,
  variable: SecretVariable,
  targets: readonly BuildTarget[],
): Finding {
  const { instruction, property, from, worth } = variable;
  const name = property.name.text;
  return {
    at: property.name.span,
    message: variableMessage(name, instruction.kind, from),
    // What a container starts with in development is a setting: nobody is helped by taking it away.
    ...(worth === 'well-known'
      ? { atMost: 'hint' }
      : { fixes: () => variableFixes(file, variable, targets) }),
  };
}

function variableMessage(name: string, kind: string, from: SecretVariable['from']): string {
  if (kind === 'ENV' && from === 'value')
    return `${name} is set in the image, where docker inspect shows its value to anybody who has the image`;
  if (kind === 'ENV')
    return `${name} keeps in the image what the build was given, and docker inspect shows it to anybody who has the image`;
  if (from === 'value')
    return `the default of ${name} stands in this file and in the history of the image, for anybody to read`;
  return `the value of ${name} stays in the history of the image, where docker history shows it to anybody who has it`;
}

function variableFixes(file: Dockerfile, variable: SecretVariable, targets: readonly BuildTarget[]): Fix[] {
  const { instruction, property, stage } = variable;
  const name = property.name.text;
  // What a Compose file hands in as an argument it would have to hand in as a secret.
  if (targets.some(it => it.dockerfile === file.path && it.args.has(name))) return [];
  const args = ofKind(stage.instructions, 'ARG').filter(
    arg => arg !== instruction && arg.properties.some(it => it.name.text === name),
  );
  const taken = [instruction, ...args];
  const { runs, elsewhere } = usesOf(file, stage, name, taken);
  if (elsewhere || file.globalArgs.some(arg => arg.properties.some(it => it.name.text === name))) return [];
  // A value that stands in the file and serves a RUN would be missing there; one that is handed in needs a RUN to serve.
  if ((variable.from === 'value') === runs.length > 0) return [];
  // Values of another name would be lost: only `ENV X=$X` goes together with its ARG.
  if (variable.from === 'argument' && instruction.kind === 'ENV' && args.length === 0) return [];
  const removals = taken.map(it => {
    const own = it.properties.find(({ name: its }) => its.text === name);
    return own && removePart(file, it, it.properties, own);
  });
  const mounts = runs.map(run => mountSecret(file, run, [name]));
  const all = [...removals.map(it => it && [it]), ...mounts];
  if (all.some(it => it === undefined)) return [];
  const edits = all.flatMap(it => it ?? []);
  if (!areDisjoint(edits)) return [];
  const title = runs.length > 0 ? `Mount ${name} as a build secret` : `Take ${name} out of the image`;
  return [{ title, safety: 'unsafe', edits }];
}

function commandFindings(run: Run): Finding[] {
  return run.script.commands.flatMap(command => {
    const found = secretInCommand(command);
    if (!found) return [];
    const message = `${found.what} is written here, and docker history shows it to anybody who has the image`;
    return [{ at: found.word.span, message }];
  });
}

/** Tokens in labels, start commands and the bodies of heredocs. */
function otherTexts(stage: Stage): Finding[] {
  const labels = ofKind(stage.instructions, 'LABEL').flatMap(it => it.properties);
  const inLabels = labels.flatMap(({ span, value }) => textFinding(span, value?.text ?? ''));
  const started = ofKind(stage.instructions, 'CMD', 'ENTRYPOINT').flatMap(it => it.script.commands);
  const inCommands = started.flatMap(it => it.words).flatMap(({ span, text }) => textFinding(span, text));
  return [...inLabels, ...inCommands];
}

function textFinding(at: Finding['at'], text: string): Finding[] {
  const what = secretInText(text);
  return what === undefined
    ? []
    : [{ at, message: `${what} is written here, and docker inspect shows it to anybody who has the image` }];
}

function copyFindings(
  file: Dockerfile,
  stage: Stage,
  copy: Copy,
  context: BuildContext | undefined,
): Finding[] {
  const secrets = copiedSecrets(file, copy, context).filter(it => it.sure || !opensByVariable(stage));
  return secrets.map(secret => ({
    at: secret.source.span,
    message: `${secret.file} ${secret.sure ? 'holds' : 'may hold'} ${secret.holds}, and stays readable in this layer even if a later step deletes it`,
    ...(secret.sure ? {} : { atMost: 'hint' }),
    fixes: () => copyFixes(file, stage, copy, secret),
  }));
}

/** True where settings of a registry get their token from a variable or a mount. */
function opensByVariable(stage: Stage): boolean {
  return (
    secretVariables(stage).length > 0 ||
    ofKind(stage.instructions, 'RUN').some(run => run.mounts.some(mount => mount.type === 'secret'))
  );
}

function copyFixes(file: Dockerfile, stage: Stage, copy: Copy, { source, file: path }: CopiedSecret): Fix[] {
  if (copy.from !== undefined || /[*?[]/.test(source.text) || isNeededLater(stage, copy, path)) return [];
  const edit = removePart(file, copy, copy.sources, source);
  return edit ? [{ title: `Copy no ${path}`, safety: 'unsafe', edits: [edit] }] : [];
}
