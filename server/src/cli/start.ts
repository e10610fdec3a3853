// What `plimsoll` runs first: dist/cli.js. It is small, and compiled again each time; what it loads need not be.
import * as modules from 'node:module';
import { join } from 'node:path';
import { loadWithKeptCode } from './kept-code';
import { expectShortRun } from './short-run';

/** Since Node 22.1: what was compiled once is taken from a folder of temporary files the next time. */
const { enableCompileCache } = modules as { readonly enableCompileCache?: () => unknown };

/** The language server stays: what V8 learns while it runs is worth more than a quick start. */
const staysUntilClosed = process.argv[2] === 'lsp';

// V8 takes compiled code only under the flags that it was compiled with, so they come first.
if (!staysUntilClosed) expectShortRun();
if (enableCompileCache || staysUntilClosed) {
  enableCompileCache?.();
  void import('./main');
} else loadWithKeptCode(join(__dirname, 'program/main.js'));
