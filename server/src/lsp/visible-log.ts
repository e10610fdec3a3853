import { ProposedFeatures, type RemoteConsole } from 'vscode-languageserver';
import { visibleLines } from '../core/text/visible';

type Feature = NonNullable<typeof ProposedFeatures.all.console>;

/** What is logged quotes paths and what other programs said: every character of it is visible. */
const visibleConsole = ((Base: new () => RemoteConsole) =>
  class extends Base {
    override error(message: string): void {
      super.error(visibleLines(message));
    }
    override warn(message: string): void {
      super.warn(visibleLines(message));
    }
    override info(message: string): void {
      super.info(visibleLines(message));
    }
    override log(message: string): void {
      super.log(visibleLines(message));
    }
    override debug(message: string): void {
      super.debug(visibleLines(message));
    }
  }) as Feature;

/** What every connection of the server is made with. */
export const FEATURES: typeof ProposedFeatures.all = { ...ProposedFeatures.all, console: visibleConsole };
