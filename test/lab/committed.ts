/** The committed captures of the lab, their truth, and how well they are judged so far. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { count, score } from './score.js';
import type { Score } from './score.js';
import type { Truth } from './truth.js';

/** captures/lab, seen from build/test/lab. */
export const COMMITTED = fileURLToPath(new URL('../../../captures/lab/', import.meta.url));
const BASELINE = fileURLToPath(new URL('../../../test/lab/baseline.json', import.meta.url));
const TRUTH_ENDING = '.truth.json';

export interface CommittedCapture {
  readonly name: string;
  readonly path: string;
  readonly truth: Truth;
}

export function committedCaptures(): CommittedCapture[] {
  const files = readdirSync(COMMITTED);
  return files
    .filter((file) => file.endsWith(TRUTH_ENDING))
    .map((file) => {
      const name = file.slice(0, -TRUTH_ENDING.length);
      const capture = files.find(
        (one) => /^\.pcap(ng)?\.gz$/.test(one.slice(name.length)) && one.startsWith(name),
      );
      if (capture === undefined) throw new Error(`captures/lab has a truth but no capture of ${name}`);
      const truth = JSON.parse(readFileSync(join(COMMITTED, file), 'utf8')) as Truth;
      return { name, path: join(COMMITTED, capture), truth };
    });
}

/** Replaces one capture and its truth. */
export function putCommitted(truth: Truth, ending: string, bytes: Uint8Array): void {
  mkdirSync(COMMITTED, { recursive: true });
  const name = truth.scenario;
  for (const old of ['.pcap.gz', '.pcapng.gz']) rmSync(join(COMMITTED, `${name}${old}`), { force: true });
  writeFileSync(join(COMMITTED, `${name}${ending}`), bytes);
  writeFileSync(join(COMMITTED, `${name}${TRUTH_ENDING}`), `${truthText(truth)}\n`);
}

/** One cell and one cause a line, so that a change is read in a diff. */
function truthText(truth: Truth): string {
  const { cells, causes, ...head } = truth;
  const list = (name: string, items: readonly unknown[]): string =>
    items.length === 0
      ? `  "${name}": []`
      : `  "${name}": [\n${items.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n${list('cells', cells)},\n${list('causes', causes)}\n}`;
}

/** Writes the truths anew that a scenario's words alone decide; the captures stay as they are. */
export function putTruths(truths: readonly Truth[]): void {
  for (const truth of truths) {
    writeFileSync(join(COMMITTED, `${truth.scenario}${TRUTH_ENDING}`), `${truthText(truth)}\n`);
  }
}

/** Cells answered weaker than they could be: verdicts, places. */
export type Baseline = Readonly<Record<string, { readonly verdicts: number; readonly places: number }>>;

export function weakerOf(one: Score): { verdicts: number; places: number } {
  return {
    verdicts: count([one], 'verdictGrade', 'weaker'),
    places: count([one], 'locationGrade', 'weaker'),
  };
}

export function readBaseline(): Baseline {
  return JSON.parse(readFileSync(BASELINE, 'utf8')) as Baseline;
}

/** Measures the committed captures anew; scenarios without any weaker answer are left out. */
export async function writeBaseline(): Promise<void> {
  const lines: string[] = [];
  for (const { name, path, truth } of committedCaptures()) {
    const weaker = weakerOf(await score(path, truth));
    if (weaker.verdicts + weaker.places > 0)
      lines.push(`  ${JSON.stringify(name)}: ${JSON.stringify(weaker)}`);
  }
  writeFileSync(BASELINE, lines.length === 0 ? '{}\n' : `{\n${lines.join(',\n')}\n}\n`);
}
