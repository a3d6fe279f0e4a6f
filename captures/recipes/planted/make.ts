/** `node build/captures/recipes/planted/make.js 5000 FOLDER`: an estate of so many computers with faults that are known. */
import '../../../src/platform/node/install.js';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writePlanted } from './capture.js';

const [count = '500', folder = '.'] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const prefix = join(folder, `planted-${count}`);
const { causes } = writePlanted(prefix, Number(count));
process.stdout.write(
  `${prefix}.pcap: ${(statSync(`${prefix}.pcap`).size / 1e6).toFixed(0)} MB, ${causes.length} causes; ` +
    `list: ${prefix}.csv, what must be found: ${prefix}.causes.json\n`,
);
