// Every command, view, context key and setting: the code takes the ids from here, and `npm run generate` writes
// the manifest's `contributes` from it.

export const COMMANDS = {
  refreshImages: 'plimsoll.refreshImages',
  showLayers: 'plimsoll.showLayers',
  prove: 'plimsoll.prove',
  openRule: 'plimsoll.openRule',
  restartServer: 'plimsoll.restartServer',
  showLog: 'plimsoll.showLog',
} as const;

export const VIEWS = {
  images: 'plimsoll.images',
  layers: 'plimsoll.layers',
} as const;

/** What VS Code calls the webviews that stand among the editors. */
export const WEBVIEWS = {
  proof: 'plimsoll.proof',
} as const;

/** `plimsoll.engine` says what the images view welcomes with: an `EngineState` kind or an `UnavailableReason`. */
export const CONTEXT_KEYS = {
  engine: 'plimsoll.engine',
} as const;

export const SETTINGS = {
  section: 'plimsoll',
  rules: 'rules',
  enable: 'enable',
  engineHost: 'engine.host',
} as const;

export const commands = [
  { command: COMMANDS.refreshImages, title: 'Refresh Images', category: 'Plimsoll', icon: '$(refresh)' },
  { command: COMMANDS.showLayers, title: 'Show Layers', category: 'Plimsoll', icon: '$(layers)' },
  {
    command: COMMANDS.prove,
    title: 'Prove This Conversion…',
    category: 'Plimsoll',
    icon: '$(beaker)',
    // What is proven is built and started.
    enablement: 'isWorkspaceTrusted',
  },
  { command: COMMANDS.restartServer, title: 'Restart Language Server', category: 'Plimsoll' },
  { command: COMMANDS.showLog, title: 'Show Log', category: 'Plimsoll' },
];

export const viewsContainers = {
  activitybar: [{ id: 'plimsoll', title: 'Plimsoll', icon: 'dist/plimsoll.svg' }],
};

export const views = {
  plimsoll: [
    { id: VIEWS.images, name: 'Images', icon: 'dist/plimsoll.svg', contextualTitle: 'Plimsoll' },
    {
      id: VIEWS.layers,
      name: 'Layers',
      type: 'webview',
      icon: 'dist/plimsoll.svg',
      contextualTitle: 'Plimsoll',
    },
  ],
};

const showsEngine = (value: string) => `${CONTEXT_KEYS.engine} == '${value}'`;

export const viewsWelcome = [
  {
    view: VIEWS.images,
    contents: 'Looking for a container engine…',
    when: showsEngine('connecting'),
  },
  {
    view: VIEWS.images,
    contents: 'The engine has no images yet. Images that you build appear here.',
    when: showsEngine('connected'),
  },
  {
    view: VIEWS.images,
    contents:
      'No container engine was found. Install Docker or Podman, or set its address with DOCKER_HOST or the setting [engine.host](command:workbench.action.openSettings?%22plimsoll.engine.host%22).\n\nImages appear here as soon as one answers.',
    when: showsEngine('no-engine'),
  },
  {
    view: VIEWS.images,
    contents:
      'The container engine is not running. Start it (Docker Desktop, or “sudo systemctl start docker” in a terminal).\n\nImages appear here as soon as it answers.',
    when: showsEngine('not-running'),
  },
  {
    view: VIEWS.images,
    contents:
      'You have no permission to open the engine’s socket. Add yourself to its group (“sudo usermod -aG docker $USER” in a terminal, then log in again) or use a rootless engine.',
    when: showsEngine('permission-denied'),
  },
  {
    view: VIEWS.images,
    contents:
      'The program that answers is not a container engine that Plimsoll supports. [Show the log](command:plimsoll.showLog)',
    when: showsEngine('failed'),
  },
];

/** What Plimsoll converts, whichever language VS Code takes a Compose file for. */
const isConvertible = (language: string) =>
  `resourceScheme == file && (${language} == dockerfile || ${language} == dockercompose || ${language} == yaml && resourceFilename =~ /^(docker-)?compose.*\\.ya?ml$/)`;

export const menus = {
  commandPalette: [
    { command: COMMANDS.showLayers, when: 'false' },
    { command: COMMANDS.prove, when: isConvertible('editorLangId') },
  ],
  'editor/title': [{ command: COMMANDS.prove, when: isConvertible('editorLangId'), group: 'navigation' }],
  'editor/context': [
    { command: COMMANDS.prove, when: isConvertible('editorLangId'), group: '1_modification' },
  ],
  'explorer/context': [
    { command: COMMANDS.prove, when: isConvertible('resourceLangId'), group: '7_modification' },
  ],
  'view/title': [{ command: COMMANDS.refreshImages, when: `view == ${VIEWS.images}`, group: 'navigation' }],
  'view/item/context': [
    { command: COMMANDS.showLayers, when: `view == ${VIEWS.images} && viewItem == image`, group: 'inline' },
  ],
};

/** VS Code knows `Dockerfile` and `compose.yaml` itself; these are the names that it misses. */
export const languages = [
  {
    id: 'dockerfile',
    filenames: ['Dockerfile', 'Containerfile'],
    filenamePatterns: ['Dockerfile.*', '*.Dockerfile', '*.dockerfile', 'Containerfile.*'],
  },
  {
    id: 'dockercompose',
    filenamePatterns: ['compose*.yml', 'compose*.yaml', 'docker-compose*.yml', 'docker-compose*.yaml'],
  },
];

/** Marks `# plimsoll ignore=RULE -- reason` inside comments. */
export const grammars = [
  {
    scopeName: 'plimsoll.suppression',
    path: './syntaxes/suppression.tmLanguage.json',
    injectTo: ['source.dockerfile', 'source.yaml'],
  },
];

export const yamlValidation = [
  { fileMatch: ['.plimsoll.yaml', '.plimsoll.yml'], url: './schemas/plimsoll.schema.json' },
];

export const configuration = {
  'plimsoll.enable': {
    type: 'boolean',
    default: true,
    order: 0,
    scope: 'resource',
    description: 'Report findings in Dockerfiles and Compose files.',
  },
  'plimsoll.engine.host': {
    type: 'string',
    default: '',
    order: 2,
    scope: 'machine',
    markdownDescription:
      'The address of the container engine, as in `DOCKER_HOST`: `unix:///run/docker.sock`, `tcp://127.0.0.1:2375`. If empty, it is found as the `docker` command finds it.',
  },
};
