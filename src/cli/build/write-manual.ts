/** Build step of the package: `node build/bundle/write-manual.js FILE VERSION` writes the manual page. */
import '../../platform/node/install.js';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { manualPage } from './manual.js';

const [file = '', version = ''] = process.argv.slice(2);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, manualPage(version));
