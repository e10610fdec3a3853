// First, since it is about what loads after it.
import './spare-memory';
import { createConnection } from 'vscode-languageserver/node';
import { FEATURES } from './features';
import { serve } from './life';

serve(createConnection(FEATURES));
