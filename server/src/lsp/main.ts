import { createConnection } from 'vscode-languageserver/node';
import { FEATURES } from './features';
import { startServer } from './server';

startServer(createConnection(FEATURES));
