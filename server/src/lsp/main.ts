import './spare-memory-first';
import { serveParent } from './life';

// Streams are what `plimsoll lsp --stdio` serves. Sockets and pipes, which the library would open too, nobody uses.
if (!process.send)
  throw new Error('VS Code starts this program; any other editor starts: plimsoll lsp --stdio');
serveParent();
