import { cleanPath } from './context-needs';
import type { WorkspaceFacts } from './workspace';

/** What the programs of a build context run on: .NET alone, or ASP.NET Core too. */
export type DotnetFramework = 'runtime' | 'aspnet';

/** Packages of which it is known that neither they nor what they bring ask for ASP.NET Core. Source: https://www.nuget.org (2026-11) */
const PLAIN_PACKAGE =
  /^(System\..*|Microsoft\.Extensions\..*|Microsoft\.EntityFrameworkCore(\..*)?|Microsoft\.Data\..*|Newtonsoft\.Json|Npgsql(\..*)?|Dapper|Serilog|Serilog\.(Sinks|Extensions|Settings|Enrichers)\..*|RabbitMQ\.Client|StackExchange\.Redis|Confluent\.Kafka|MongoDB\.Driver|Polly|CsvHelper|Spectre\.Console|CommandLineParser|xunit(\..*)?|NUnit.*|Microsoft\.NET\.Test\.Sdk|coverlet\..*|Moq)$/i;

/**
 * Reads the projects of a build context: `aspnet` where one is a web project, refers to ASP.NET Core, or takes a package
 * that may.
 *
 * @returns undefined where there is no project, or one cannot be read
 */
export function dotnetFramework({ context, texts }: WorkspaceFacts): DotnetFramework | undefined {
  if (!context) return undefined;
  const paths = [...context.files.keys()];
  const projects = paths.filter(path => /\.(cs|fs|vb)proj$/.test(path));
  const known = projects.map(path => texts.get(cleanPath(`${context.path}/${path}`)));
  if (projects.length === 0 || known.includes(undefined)) return undefined;
  const shared = paths.some(path => /(^|\/)Directory\.(Build|Packages)\.(props|targets)$/i.test(path));
  return shared || known.some(text => needsAspnet(text ?? '')) ? 'aspnet' : 'runtime';
}

function needsAspnet(project: string): boolean {
  const text = project.replace(/<!--[\s\S]*?(?:-->|$)/g, '');
  if (!/Sdk\s*=\s*["']Microsoft\.NET\.Sdk(\.Worker)?["']/.test(text)) return true;
  if (/<(FrameworkReference|Import)\b/.test(text)) return true;
  const packages = [...text.matchAll(/<PackageReference\b[^<>]*/g)].flatMap(
    ([tag]) => /\bInclude\s*=\s*["']([^"']+)["']/.exec(tag)?.[1] ?? [],
  );
  return packages.some(name => !PLAIN_PACKAGE.test(name));
}
