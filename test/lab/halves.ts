/** The first and the second half of a capture's packets: less to go by, so weaker answers, never contrary ones. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainPcapBytes, readFrames } from './frames.js';
import { score, wrongLines } from './score.js';
import type { Truth } from './truth.js';

/** What either half of the capture makes the program say against the truth, one line each. */
export async function contradictions(path: string, truth: Truth): Promise<string[]> {
  const frames = await readFrames(path);
  const middle = frames.length >> 1;
  const folder = mkdtempSync(join(tmpdir(), 'pw-half-'));
  try {
    const lines: string[] = [];
    for (const [half, part] of [
      ['first half', frames.slice(0, middle)],
      ['second half', frames.slice(middle)],
    ] as const) {
      const file = join(folder, 'half.pcap');
      writeFileSync(file, plainPcapBytes(part));
      // What shows that two addresses are one computer may lie in the other half.
      const softer = { ...truth, computers: Infinity, cells: truth.cells.map(softened) };
      // Of half a capture the causes may be others.
      const ofHalf = { ...(await score(file, softer)), causes: [] };
      lines.push(...wrongLines(ofHalf).map((line) => `${half} of ${line}`));
    }
    return lines;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of what works at times, a half may hold only the good or only the bad times. */
function softened(cell: Truth['cells'][number]): Truth['cells'][number] {
  return [...cell.verdicts, ...cell.weaker].includes('degraded') ? { ...cell, never: [] } : cell;
}
