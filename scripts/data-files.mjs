// Puts the data files of `core/knowledge` into a bundle as text, which is parsed when somebody first takes a key of it:
// starting a program neither compiles nor builds tables that most runs never look into. JSON.parse also takes a fraction
// of the time and memory that the same table takes as code.
import { readFileSync } from 'node:fs';

/** For esbuild. A loader imports the default alone: a key imported by its name would be taken at the start. */
export const lazyData = {
  name: 'lazy data',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]core[\\/]knowledge[\\/][^\\/]+\.json$/ }, ({ path }) => {
      // Where the rows come from is for who renews them.
      const { about, ...data } = JSON.parse(readFileSync(path, 'utf8'));
      if (!about) throw new Error(`${path} does not say where its rows come from`);
      const keys = Object.keys(data).map(
        key => `get ${JSON.stringify(key)}() { return table()[${JSON.stringify(key)}]; }`,
      );
      const contents = [
        `const text = ${JSON.stringify(JSON.stringify(data))};`,
        'let parsed;',
        'function table() { return (parsed ??= JSON.parse(text)); }',
        `export default { ${keys.join(', ')} };`,
      ].join('\n');
      return { contents, loader: 'js' };
    });
  },
};
