/** What the program is made of, as a CycloneDX bill of materials: the packages in the bundle, and the Node in the executable files. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NODES, installTools } from './fetch.mjs';
import { run } from './project.mjs';

const CYCLONEDX = fileURLToPath(
  new URL('node_modules/@cyclonedx/cyclonedx-npm/bin/cyclonedx-npm-cli.js', import.meta.url),
);

/** Without time and serial number, from the lock file alone. */
const OPTIONS = [
  ...['--output-reproducible', '--package-lock-only', '--no-validate'],
  ...['--omit', 'dev', '--omit', 'optional', '--omit', 'peer', '--output-format', 'JSON'],
];

/** Writes it to a file. */
export function writeMaterials(path) {
  installTools();
  run(process.execPath, [CYCLONEDX, ...OPTIONS, '--output-file', path]);
  const bill = JSON.parse(readFileSync(path, 'utf8'));
  const version = NODES.shipped;
  bill.components.push({
    type: 'platform',
    'bom-ref': `node@${version}`,
    name: 'node',
    version,
    description: 'JavaScript runtime, part of the executable files only',
    licenses: [{ license: { id: 'MIT' } }],
    purl: `pkg:generic/node@${version}`,
  });
  writeFileSync(path, `${JSON.stringify(bill, null, 2)}\n`);
}
