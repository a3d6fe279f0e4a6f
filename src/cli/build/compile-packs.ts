/**
 * Build step, after the YAML files have been copied to the assets: `node build/src/cli/build/compile-packs.js` checks
 * the built-in packs and keeps them as JSON for a fast start. Exit code 1 and the faults when one is wrong.
 */
import '../../platform/node/install.js';
import { writeFileSync } from 'node:fs';
import { assetUrl } from '../../platform/node/assets.js';
import { BUILT_IN_PACKS, COMPILED_PACKS, parseBuiltIn } from '../../rules/built-in.js';
import { RulePackError } from '../../rules/words/pack-error.js';

try {
  const packs = await Promise.all(BUILT_IN_PACKS.map(parseBuiltIn));
  writeFileSync(assetUrl(COMPILED_PACKS), JSON.stringify(packs));
} catch (error) {
  if (!(error instanceof RulePackError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
