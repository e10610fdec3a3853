import './spare-memory-first';
import { createConnection } from 'vscode-languageserver/node';
import { FEATURES } from './features';
import { serve } from './life';

serve(createConnection(FEATURES));
