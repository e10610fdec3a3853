import { Command, Option } from 'commander';
import { rules } from '../core/rules/catalog';
import { lines, type Output } from './format/render';
import { print } from './output';

export function rulesCommand(): Command {
  return new Command('rules')
    .description('list every rule: id, aliases, category, severity, fix')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(({ format }: { format: 'text' | 'json' }) => {
      print(format === 'json' ? asJson() : asText());
    });
}

function asJson(): Output {
  const listed = rules.map(({ meta, languages }) => ({
    id: meta.id,
    aliases: meta.aliases ?? [],
    // The first one by itself is what version 1 of this format has always had.
    language: languages[0],
    languages,
    category: meta.category,
    severity: meta.severity,
    fix: meta.fix,
    default: meta.defaultOn === false ? 'off' : 'on',
    summary: meta.summary,
  }));
  return { kind: 'json', value: { version: 1, rules: listed } };
}

function asText(): Output {
  const width = Math.max(...rules.map(({ meta }) => meta.id.length));
  const listed = rules.map(({ meta }) => {
    const aliases = meta.aliases?.length ? ` (${meta.aliases.join(', ')})` : '';
    return `${meta.id.padEnd(width)}  ${meta.severity.padEnd(7)}  ${meta.fix.padEnd(6)}  ${meta.summary}${aliases}`;
  });
  return lines(...listed);
}
