import { checkTiming, durationInWords } from '../../analysis/health-checks/check-options';
import {
  type Endpoint,
  endpointsIn,
  nodeRequest,
  type Probe,
  pythonRequest,
  pythonSocket,
} from '../../analysis/health-checks/probe';
import { type CheckCommand, replaceProbe } from '../../analysis/health-checks/probe-edit';
import type { Dockerfile, Healthcheck } from '../../dockerfile/model';
import { stagesThatRun } from '../../dockerfile/query';
import { finalState } from '../../dockerfile/stage-state';
import type { Fix } from '../../finding';
import { type HttpClient, httpClient } from '../../knowledge/http-clients';
import { dockerfileRule } from '../../rule';
import { type InlineCode, inlineCode } from '../../shell/inline-code';
import { join } from '../../text/span';

export const healthcheckHeavyProbe = dockerfileRule({
  meta: {
    id: 'healthcheck-heavy-probe',
    category: 'operations',
    severity: 'info',
    since: '0.1.0',
    fix: 'unsafe',
    fixRisk: `A socket probe tells that the port takes connections, not that a path answers with success: a server that
answers every request with an error counts as healthy then. The second fix asks the same path through \`urllib\`, and
fails at a status of 400 and above, whether or not the check looked at the status before.`,
    summary: 'The health check loads a whole HTTP client at every interval',
    why: `A health check is a new process each time: at every interval the engine starts the interpreter, loads the
client with everything that belongs to it (TLS, cookies, character sets, proxies), makes one request to the container
itself, and throws all of it away. Loading \`requests\` takes ten times as long as \`socket\` and three times the memory,
\`aiohttp\` twenty times as long, for a connection that takes a millisecond. In a container with a small CPU share this
competes with the service, and the check runs into its timeout just when the machine is busy.

It also makes the client a dependency of the image: where nothing else imports it, it is installed for the health check
alone.

What the interpreter brings along is enough: a connection to the port, or, where the answer's status matters, a request
through \`urllib.request\` or Node's \`http\`. Checks that read the answer (\`.json()\`, \`.text\`) or ask several addresses
get no fix and are only hinted at.`,
    sources: [
      'https://docs.docker.com/reference/dockerfile/#healthcheck',
      'https://docs.python.org/3/library/socket.html#socket.create_connection',
    ],
  },
  examples: [
    {
      title: 'A connection is all that it asks for',
      before:
        'FROM python:3.11-slim\nCMD ["uvicorn", "api.main:app", "--port", "8000"]\nHEALTHCHECK --interval=30s --timeout=10s --retries=3 \\\n    CMD «python -c "import requests; requests.get(\'http://localhost:8000/health\')"»\n',
      after:
        'FROM python:3.11-slim\nCMD ["uvicorn", "api.main:app", "--port", "8000"]\nHEALTHCHECK --interval=30s --timeout=10s --retries=3 \\\n    CMD python -c "import socket; socket.create_connection((\'127.0.0.1\', 8000), 3)"\n',
    },
    {
      title: 'Node has http by itself',
      before:
        "FROM node:22-slim\nHEALTHCHECK CMD «node -e \"require('axios').get('http://localhost:3000/ready').catch(() => process.exit(1))\"»\n",
      after:
        "FROM node:22-slim\nHEALTHCHECK CMD node -e \"require('http').get('http://127.0.0.1:3000/ready', r => process.exit(r.statusCode < 400 ? 0 : 1)).on('error', () => process.exit(1))\"\n",
    },
    {
      title: 'The standard library is light',
      before:
        'FROM python:3.11-slim\nHEALTHCHECK CMD python -c "import urllib.request; urllib.request.urlopen(\'http://localhost:8000/health\')"\n',
    },
  ],
  *check(file, { workspace }) {
    const seen = new Set<Healthcheck>();
    for (const stage of stagesThatRun(file, workspace.targets)) {
      const check = finalState(file, stage).healthcheck;
      if (!check || check.none || seen.has(check) || check.script.broken) continue;
      seen.add(check);
      for (const command of check.script.commands) {
        const inline = inlineCode(command);
        const client = inline && firstClient(inline);
        const [first, ...more] = command.words;
        if (!client || !first) continue;
        const endpoint = soleQuestion(inline);
        yield {
          at: more.reduce((sum, word) => join(sum, word.span), first.span),
          message: heavyMessage(check, inline, client),
          ...(endpoint ? {} : { atMost: 'hint' as const }),
          fixes: () => (endpoint ? probeFixes(file, { check, command }, inline, endpoint) : []),
        };
      }
    }
  },
});

/** The first of the modules that it loads that is an HTTP client. */
function firstClient({ language, modules }: InlineCode): HttpClient | undefined {
  return modules.flatMap(module => httpClient(language, module) ?? [])[0];
}

function heavyMessage(check: Healthcheck, { language }: InlineCode, client: HttpClient): string {
  const { interval } = checkTiming(check);
  const every = interval === undefined ? 'at every interval' : `every ${durationInWords(interval)}`;
  const cost = client.milliseconds === undefined ? '' : `, some ${client.milliseconds} ms of CPU time,`;
  const instead = language === 'python' ? 'a socket' : "Node's own http";
  return `${every} this check loads ${client.name}${cost} to ask one port, for which ${instead} is enough`;
}

/** Code that looks at more of the answer than whether it comes and with which status, or that sends something. */
function looksDeeper(code: string): boolean {
  if (/\.(json|text|content|body|data|headers|post|put|elapsed)\b/.test(code)) return true;
  return code.split(';').some(statement => {
    const assertion = statement.search(/\bassert\b/);
    return assertion !== -1 && /\bin\b/.test(statement.slice(assertion));
  });
}

/** What it asks, where that is all that it does. */
function soleQuestion({ code }: InlineCode): Endpoint | undefined {
  const [endpoint, ...more] = endpointsIn(code.text);
  return more.length === 0 && !looksDeeper(code.text) ? endpoint : undefined;
}

function probeFixes(file: Dockerfile, asked: CheckCommand, inline: InlineCode, endpoint: Endpoint): Fix[] {
  return probesFor(inline, endpoint).flatMap((probe): Fix[] => {
    const edit = replaceProbe(file, asked, probe, endpoint.port);
    return edit ? [{ title: probe.title, safety: 'unsafe', edits: [edit] }] : [];
  });
}

const LOOKS_AT_STATUS = /raise_for_status|\bstatus(_?code)?\b|\.ok\b|\bis_(success|error)\b/;

function probesFor({ language, interpreter, code }: InlineCode, endpoint: Endpoint): Probe[] {
  if (language === 'node') return [nodeRequest(endpoint)];
  const socket = pythonSocket(endpoint, interpreter);
  // Whoever asks over TLS has told the client what to make of a certificate for localhost.
  const request = pythonRequest(endpoint, interpreter);
  // A check that looks at the status goes on doing so.
  if (LOOKS_AT_STATUS.test(code.text)) return endpoint.scheme === 'http' ? [request] : [];
  return endpoint.scheme === 'http' ? [socket, request] : [socket];
}
