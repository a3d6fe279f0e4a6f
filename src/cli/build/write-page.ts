/**
 * Build step, after the scripts of the page have been bundled: `node build/bundle/write-page.js VERSION` puts the page together
 * and keeps it as an asset.
 */
import '../../platform/node/install.js';
import { writeFileSync } from 'node:fs';
import { PAGE_ASSET, pageText } from '../../page/write.js';
import { assetUrl } from '../../platform/node/assets.js';

writeFileSync(assetUrl(PAGE_ASSET), pageText(process.argv[2] ?? ''));
