/**
 * `npm run samples`: writes every sample into captures/ and its report into reports/, and the malformed ones into
 * captures/malformed; leaves alone what has not changed.
 */
import '../../src/platform/node/install.js';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { SAMPLES } from './list.js';
import { MALFORMED, readme } from './malformed/list.js';
import { ROOT, reportName, reportTexts, sampleReport } from './reports.js';

const folder = join(ROOT, 'captures');
const reports = join(ROOT, 'reports');

function tell(same: boolean, what: string, length: number): void {
  process.stderr.write(`${same ? 'unchanged' : 'written  '} ${what} (${length} bytes)\n`);
}

function writeChanged(name: string, text: string): void {
  const path = join(reports, name);
  const same = existsSync(path) && readFileSync(path, 'utf8') === text;
  if (!same) writeFileSync(path, text);
  tell(same, name, text.length);
}

for (const { file, make } of SAMPLES) {
  const path = join(folder, file);
  const compressed = file.endsWith('.gz');
  const bytes = make();
  // Compressed bytes differ between zlib versions, so the content decides.
  const existing = existsSync(path) ? readFileSync(path) : null;
  const content = existing && compressed ? gunzipSync(existing) : existing;
  const same = content !== null && content.equals(bytes);
  if (!same) writeFileSync(path, compressed ? gzipSync(bytes, { level: 9 }) : bytes);
  tell(same, file, bytes.length);
}

const malformed = join(folder, 'malformed');
mkdirSync(malformed, { recursive: true });
for (const { file, make } of MALFORMED) {
  const path = join(malformed, file);
  const content = (bytes: Uint8Array): Uint8Array => (file.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  const bytes = make();
  const same = existsSync(path) && Buffer.from(content(bytes)).equals(content(readFileSync(path)));
  if (!same) writeFileSync(path, bytes);
  tell(same, file, bytes.length);
}
writeFileSync(join(malformed, 'README.md'), readme());

mkdirSync(reports, { recursive: true });
process.chdir(ROOT);
for (const { file } of SAMPLES) {
  const { html, json } = await reportTexts(await sampleReport(file));
  writeChanged(`${reportName(file)}.html`, html);
  writeChanged(`${reportName(file)}.json`, json);
}
