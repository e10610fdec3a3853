import Mocha from 'mocha';
import Reporter from '../support/reporter';

/**
 * What VS Code calls in its extension host, in the desktop and in the browser alike. Each suite is a module of this
 * folder that calls `describe`; rejects when a test failed.
 */
export function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', reporter: Reporter, color: false, timeout: 60_000, forbidOnly: true });
  // Defines describe() and it() for the modules that follow, which a bundle cannot load by their paths.
  mocha.suite.emit(Mocha.Suite.constants.EVENT_FILE_PRE_REQUIRE, globalThis, 'index', mocha);
  require('./findings.test');
  require('./fixes.test');
  require('./new-files.test');
  require('./conversions.test');
  require('./case-studies.test');
  require('./explanations.test');
  require('./server.test');

  return new Promise((resolve, reject) => {
    mocha.run(failures => (failures === 0 ? resolve() : reject(new Error(`${failures} failed`))));
  });
}
