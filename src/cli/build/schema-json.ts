/** Writes the published JSON Schema: `node build/src/cli/build/schema-json.js` from the project's root. */
import { writeFileSync } from 'node:fs';
import { packJsonSchema } from '../../rules/reading/schema.js';

writeFileSync('docs/rule-pack.schema.json', packJsonSchema());
