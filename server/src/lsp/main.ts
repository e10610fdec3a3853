import './spare-memory-first';
import { serveParent, serveStreams } from './life';

// Sockets and named pipes, which the library would open too, have nobody who uses them: they are not offered.
if (process.argv.includes('--stdio')) serveStreams(process.stdin, process.stdout, complain);
else if (process.send) serveParent();
else {
  complain('an editor starts this program; for any other one there is: plimsoll lsp --stdio');
  process.exitCode = 2;
}

function complain(problem: string): void {
  process.stderr.write(`plimsoll: ${problem}\n`);
}
