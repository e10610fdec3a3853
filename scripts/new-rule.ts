// Makes the pair of files that a new rule is, ready to be filled in: its code, and its page with examples and cases.
//   npm run new-rule -- dockerfile|compose|context|python my-rule-id
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const [kind = '', id = ''] = process.argv.slice(2);

const OF_DOCKERFILES = { factory: 'dockerfileRule', fence: 'dockerfile', sample: 'FROM «python»\n' };

const KINDS = {
  dockerfile: OF_DOCKERFILES,
  context: OF_DOCKERFILES,
  compose: {
    factory: 'composeRule',
    fence: 'yaml',
    sample: 'services:\n  «web»:\n    image: nginx\n',
  },
  python: { factory: 'pythonManifestRule', fence: 'text', sample: '«torch»\n' },
};

function main(): void {
  const shape = Object.entries(KINDS).find(([name]) => name === kind)?.[1];
  if (!shape || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
    console.error('usage: npm run new-rule -- dockerfile|compose|context|python my-rule-id');
    process.exitCode = 2;
    return;
  }
  const name = id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  create(
    `server/src/core/rules/${kind}/${id}.ts`,
    `import { ${shape.factory} } from '../../rule';

export const ${name} = ${shape.factory}({
  meta: {
    id: '${id}',
    category: 'correctness',
    severity: 'warning',
    since: '${version}',
    fix: 'none',
    summary: 'What is reported, in one line',
  },
  *check(file) {
    for (const problem of file.problems) yield { at: problem.span, message: 'what is wrong here and what it costs' };
  },
});
`,
  );
  create(`server/src/core/rules/${kind}/${id}.md`, pageOf(id, shape));
}

function pageOf(id: string, { fence, sample }: { fence: string; sample: string }): string {
  const parts = [
    `# ${id}`,
    '## Why it matters',
    'What it costs, and why the fix is right.',
    '## Example',
    `\`\`\`${fence}\n${sample}\`\`\``,
    '---',
    '### What this case shows',
    `\`\`\`${fence}\n${sample}\`\`\``,
  ];
  return `${parts.join('\n\n')}\n`;
}

function create(path: string, text: string): void {
  if (existsSync(join(root, path))) throw new Error(`${path} already exists`);
  writeFileSync(join(root, path), text);
  console.log(`made ${path}`);
}

main();
