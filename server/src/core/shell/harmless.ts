import type { Command } from './command';

const PACKAGE_MANAGERS = ['apt-get', 'apt', 'apk', 'dnf', 'microdnf', 'yum'];
const ACCOUNTS = ['adduser', 'addgroup', 'useradd', 'groupadd', 'usermod'];
const SHELL_WORDS = ['set', 'echo', 'true', ':', 'export', 'printf', 'mkdir', 'test', '['];

/**
 * True where a command does the same whether or not the program's code has been copied: it installs packages of the
 * system, makes users or virtualenvs, or removes caches.
 */
export function isIndependentOfSources(command: Command): boolean {
  const { name, words } = command;
  const args = words.slice(1).map(word => word.text);
  if (PACKAGE_MANAGERS.includes(name)) return !args.some(arg => /^\.{0,2}\//.test(arg));
  if (ACCOUNTS.includes(name) || SHELL_WORDS.includes(name)) return true;
  if (name === 'rm') return args.every(arg => arg.startsWith('-') || /^(\/(var|tmp|root)\/|~\/)/.test(arg));
  if (/^python(\d(\.\d+)?)?$/.test(name))
    return args[0] === '-m' && (args[1] === 'venv' || args[1] === 'ensurepip');
  if (name === '.' || name === 'source') return /\/bin\/activate$/.test(args[0] ?? '');
  if (name === 'corepack') return args[0] === 'enable';
  if (name === 'uv') return args[0] === 'venv' || args[0] === 'cache';
  return /^(pip(\d(\.\d+)?)?|npm|yarn|pnpm)$/.test(name) && args[0] === 'cache';
}
