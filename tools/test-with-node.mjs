/**
 * Runs the tests by another Node than the one that is installed, fetched by npm where it is not here yet:
 *
 *   npm run test:node -- 24 [ava's own words]
 */
import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { NODES, hostSystem, nodeProgram } from './release/fetch.mjs';
import { ROOT } from './source-tree.mjs';

const [major, ...words] = process.argv.slice(2);
const version = NODES.tested[major];
if (version === undefined) {
  console.error(
    `portwitness: which Node? ${Object.keys(NODES.tested).join(' or ')}, for example: npm run test:node -- 24`,
  );
  process.exit(2);
}
const node = nodeProgram(hostSystem(), version);
const ava = join(ROOT, 'node_modules', 'ava', 'entrypoints', 'cli.mjs');
const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
console.error(`portwitness: tests on Node ${version}`);
process.exitCode = spawnSync(node, [ava, ...words], { cwd: ROOT, env, stdio: 'inherit' }).status ?? 1;
