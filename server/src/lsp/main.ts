import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './life';

serve(createConnection(ProposedFeatures.all));
