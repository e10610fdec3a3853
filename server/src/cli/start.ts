// What `plimsoll` runs first: dist/cli.js. It is small, and compiled again each time; what it loads need not be.
import * as modules from 'node:module';

/** Since Node 22.1: what was compiled once is taken from a folder of temporary files the next time. */
const { enableCompileCache } = modules as { readonly enableCompileCache?: () => unknown };

enableCompileCache?.();
void import('./main');
