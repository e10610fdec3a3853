import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  commands,
  configuration,
  grammars,
  languages,
  menus,
  views,
  viewsContainers,
  viewsWelcome,
  yamlValidation,
} from '../../client/src/ids';
import { SEVERITIES } from '../../server/src/core/finding';
import type { OptionValue, Rule } from '../../server/src/core/rule';
import type { Artifact } from '../generate';
import type { Definitions } from './catalogs';

const SCHEMA = 'schemas/plimsoll.schema.json';

/** The `contributes` of package.json and the schema of `.plimsoll.yaml`: from ids.ts and the rules. */
export function manifest(root: string, definitions: Definitions): Artifact[] {
  const rules = definitions.rules.map(it => it.definition);
  const file = join(root, 'package.json');
  const before: Record<string, unknown> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const contributes = {
    commands,
    viewsContainers,
    views,
    viewsWelcome,
    menus,
    languages,
    grammars,
    yamlValidation,
    configuration: {
      title: 'Plimsoll',
      properties: {
        ...configuration,
        'plimsoll.rules': {
          type: 'object',
          default: {},
          order: 1,
          scope: 'resource',
          markdownDescription:
            'Switches rules off (`"pip-cache-left": "off"`) or changes their severity. A `.plimsoll.yaml` next to the files does the same for everyone on the project.',
          properties: ruleProperties(rules),
          additionalProperties: false,
        },
      },
    },
  };
  return [
    { path: 'package.json', text: `${JSON.stringify({ ...before, contributes }, null, 2)}\n` },
    { path: SCHEMA, text: `${JSON.stringify(schema(rules), null, 2)}\n` },
  ];
}

function schema(rules: readonly Rule[]) {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Plimsoll',
    type: 'object',
    properties: {
      rules: { type: 'object', properties: ruleProperties(rules), additionalProperties: false },
    },
    additionalProperties: false,
  };
}

/** Rules answer to their aliases too, but only the ids are suggested. */
function ruleProperties(rules: readonly Rule[]) {
  return Object.fromEntries(rules.map(rule => [rule.meta.id, ruleProperty(rule)]));
}

function ruleProperty({ meta, options }: Rule) {
  const severity = { enum: ['off', ...SEVERITIES], default: meta.severity };
  const asObject = {
    type: 'object',
    properties: {
      severity,
      ...Object.fromEntries(
        Object.entries(options ?? {}).map(([name, spec]) => [name, optionProperty(spec)]),
      ),
    },
    additionalProperties: false,
  };
  return { markdownDescription: meta.summary, anyOf: [severity, asObject] };
}

function optionProperty(spec: { readonly default: OptionValue; readonly description: string }) {
  return { type: typeof spec.default, default: spec.default, description: spec.description };
}
