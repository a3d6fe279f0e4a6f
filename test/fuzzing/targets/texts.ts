/** Rule packs, lists of computers, state files and saved results, as text that somebody changed. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stateOf } from '../../../src/monitor/state-file.js';
import { STATE_SCHEMA } from '../../../src/monitor/state-file.js';
import { ResultError } from '../../../src/report/saved/result-error.js';
import { resultText } from '../../../src/report/saved/open.js';
import { resultOf } from '../../../src/report/saved/result.js';
import { terminalSummary } from '../../../src/report/terminal/write.js';
import { RuleMatcher } from '../../../src/rules/match.js';
import { loadPacks } from '../../../src/rules/load.js';
import { RulePackError } from '../../../src/rules/words/pack-error.js';
import { InventoryError, loadInventory } from '../../../src/verdict/inventory/inventory-file.js';
import type { Choice } from '../choice.js';
import { changeText } from '../mutate/text.js';
import { NOW } from '../outputs.js';
import type { Stage, Target } from '../target.js';
import { checkHarmless, checkPlain } from '../well-formed.js';

const PACKS = join('src', 'rules', 'packs');
const REPORTS = 'reports';

interface Kind {
  readonly name: string;
  readonly text: (choice: Choice) => string;
  readonly read: (path: string, bytes: Uint8Array, stage: Stage) => unknown;
  /** It may be refused so. */
  readonly refusal: (error: unknown) => boolean;
}

/** A state file as the monitor writes it. */
function stateFile(): string {
  const change = { sequence: 7, time: '2026-03-02T08:00:00.000Z', from: 'not_observed', to: 'blocked' };
  const history = [{ ...change, reasonCode: 'syn_silent', file: 'a.pcapng', frames: [1, 2], filter: 'tcp' }];
  const text = { reason: 'None was answered.', location: 'path', confidence: 'high' };
  const common = {
    rule: 'ua-9004-in',
    verdict: 'blocked',
    reasonCode: 'syn_silent',
    ...text,
    changes: 1,
    history,
  };
  const times = { since: NOW, lastEvidence: NOW };
  const verdicts = ['10.20.1.21', '10.20.1.22', 'fd00::21'].map((host) => ({ ...common, ...times, host }));
  return JSON.stringify(
    { schema: STATE_SCHEMA, savedAt: '2026-03-02T08:00:00.000Z', sequence: 7, verdicts },
    null,
    1,
  );
}

function summaryOf(text: string): void {
  checkPlain(terminalSummary(resultOf(text), { width: 80, color: false }));
}

const KINDS: readonly Kind[] = [
  {
    name: 'pack.yaml',
    text: (choice) => readFileSync(join(PACKS, choice.one(readdirSync(PACKS).sort())), 'utf8'),
    read: async (path) => new RuleMatcher(await loadPacks({ files: [path] })),
    refusal: (error) => error instanceof RulePackError,
  },
  {
    name: 'list.csv',
    text: () =>
      `${readFileSync(join('captures', 'inventory.csv'), 'utf8')}"A","fd00::1","x, y"\nB\t10.0.0.1\tz\n`,
    read: (path) => loadInventory(path),
    refusal: (error) => error instanceof InventoryError,
  },
  {
    name: 'state.json',
    text: stateFile,
    read: (_path, bytes) => stateOf(JSON.parse(Buffer.from(bytes).toString())),
    // Whatever it says, it is told and the file put aside.
    refusal: (error) =>
      error instanceof Error && !(error instanceof TypeError || error instanceof RangeError),
  },
  {
    name: 'result.json',
    text: (choice) => readFileSync(join(REPORTS, choice.one(namesOf('.json'))), 'utf8'),
    read: async (path) => summaryOf(await resultText(path)),
    refusal: (error) => error instanceof ResultError,
  },
  {
    name: 'report.html',
    text: (choice) => readFileSync(join(REPORTS, choice.one(namesOf('.html'))), 'utf8'),
    read: async (path) => summaryOf(await resultText(path)),
    refusal: (error) => error instanceof ResultError,
  },
];

function namesOf(ending: string): string[] {
  return readdirSync(REPORTS)
    .filter((name) => name.endsWith(ending))
    .sort();
}

export const TEXTS: Target = {
  name: 'texts',
  weight: 4,
  make(choice, stage) {
    const { name, text, read, refusal } = choice.one(KINDS);
    const files = new Map([[name, new Uint8Array(Buffer.from(changeText(text(choice), choice)))]]);
    return Promise.resolve({
      files,
      check: async (given) => {
        const bytes = given.get(name) ?? new Uint8Array(0);
        try {
          await read(stage.files.put(name, bytes), bytes, stage);
        } catch (error) {
          if (!refusal(error)) throw error;
          // What is said of it goes to a terminal.
          if (name !== 'state.json') checkHarmless((error as Error).message);
        }
      },
    });
  },
};
