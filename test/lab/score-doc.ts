/** The score table in docs/verdicts.md, between two marks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Score } from './score.js';
import { scoreTable } from './table.js';

const DOC = fileURLToPath(new URL('../../../docs/verdicts.md', import.meta.url));
const FROM = '<!-- score table: npm run lab -- --table -->';
const TO = '<!-- end of the score table -->';

/** Writes the table with today's date. @throws Error when the marks are not there */
export function writeScoreTable(scores: readonly Score[]): void {
  const text = readFileSync(DOC, 'utf8');
  const from = text.indexOf(FROM);
  const to = text.indexOf(TO);
  if (from < 0 || to < from) throw new Error(`docs/verdicts.md: no place for the score table (${FROM})`);
  const day = new Date().toISOString().slice(0, 10);
  const table = `${FROM}\n\nMeasured on ${day}:\n\n\`\`\`text\n${scoreTable(scores)}\n\`\`\`\n\n`;
  writeFileSync(DOC, text.slice(0, from) + table + text.slice(to));
}
