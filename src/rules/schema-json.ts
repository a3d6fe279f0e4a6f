/** Writes the published JSON Schema: `node build/src/rules/schema-json.js` from the project's root. */
import { writeFileSync } from 'node:fs';
import { packJsonSchema } from './schema.js';

writeFileSync('docs/rule-pack.schema.json', packJsonSchema());
