/**
 * Build step, after the YAML files have been copied beside it: `node build/src/rules/compile-packs.js` checks
 * the built-in packs and keeps them as JSON for a fast start. Exit code 1 and the faults when one is wrong.
 */
import { writeFileSync } from 'node:fs';
import { BUILT_IN_PACKS, COMPILED_PACKS, parseBuiltIn } from './built-in.js';
import { RulePackError } from './pack-error.js';

try {
  const packs = await Promise.all(BUILT_IN_PACKS.map(parseBuiltIn));
  writeFileSync(COMPILED_PACKS, JSON.stringify(packs));
} catch (error) {
  if (!(error instanceof RulePackError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
