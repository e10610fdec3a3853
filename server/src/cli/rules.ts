import { Command, Option } from 'commander';
import { rules } from '../core/rules/catalog';

export function rulesCommand(): Command {
  return new Command('rules')
    .description('list every rule: id, aliases, category, severity, fix')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(({ format }: { format: 'text' | 'json' }) => {
      process.stdout.write(format === 'json' ? asJson() : asText());
    });
}

function asJson(): string {
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
  return `${JSON.stringify({ version: 1, rules: listed }, null, 2)}\n`;
}

function asText(): string {
  const width = Math.max(...rules.map(({ meta }) => meta.id.length));
  return rules
    .map(({ meta }) => {
      const aliases = meta.aliases?.length ? ` (${meta.aliases.join(', ')})` : '';
      return `${meta.id.padEnd(width)}  ${meta.severity.padEnd(7)}  ${meta.fix.padEnd(6)}  ${meta.summary}${aliases}\n`;
    })
    .join('');
}
