/** `npm run limits`: writes docs/limits.md. */
import { writeFileSync } from 'node:fs';
import { limitsDocument } from './limits-doc.js';

writeFileSync('docs/limits.md', limitsDocument());
