/** `npm run samples`: writes every sample into captures/ and leaves alone what has not changed. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { SAMPLES } from './list.js';

// From build/captures/recipes/ to captures/ beside the sources.
const folder = fileURLToPath(new URL('../../../captures/', import.meta.url));

for (const { file, make } of SAMPLES) {
  const path = join(folder, file);
  const compressed = file.endsWith('.gz');
  const bytes = make();
  // Compressed bytes differ between zlib versions, so the content decides.
  const existing = existsSync(path) ? readFileSync(path) : null;
  const content = existing && compressed ? gunzipSync(existing) : existing;
  const same = content !== null && content.equals(bytes);
  if (!same) writeFileSync(path, compressed ? gzipSync(bytes, { level: 9 }) : bytes);
  process.stderr.write(`${same ? 'unchanged' : 'written  '} ${file} (${bytes.length} bytes)\n`);
}
