/** Captures of any format, inside and outside changed, through the pipeline to all outputs. */
import { parseInventory } from '../../../src/verdict/inventory/inventory-file.js';
import type { Inventory } from '../../../src/verdict/inventory/inventory-file.js';
import { parseAddress } from '../../../src/flow/record/address.js';
import { VARIANTS, traceOf } from '../../../captures/recipes/etl/convert.js';
import type { AnalysisOptions } from '../../../src/analysis.js';
import { put } from '../choice.js';
import type { Choice } from '../choice.js';
import type { Frame } from '../corpus.js';
import { breakContainer, bytesOf, containerOf } from '../mutate/container.js';
import { enveloped } from '../mutate/envelope.js';
import { changeFrames } from '../mutate/frames.js';
import { analysed, checkOutputs, outputsOf } from '../outputs.js';
import { unlessRefused } from '../target.js';
import type { Case, Stage, Target } from '../target.js';

const LIST =
  'name;address;group\nWS01;;Berlin\n;10.20.1.22;Paris\nNAS01;10.20.0.10;\nWS07.example.test;;"a ""b"""\n';
export const INVENTORY: Inventory = parseInventory('list.csv', Buffer.from(LIST));

type Options = Partial<Omit<AnalysisOptions, 'inputs'>>;

function optionsOf(choice: Choice): Options {
  const server = parseAddress('10.20.0.10');
  return {
    ...(choice.oneIn(3) ? { maxFlows: choice.one([1, 2, 3, 10, 60]) } : {}),
    ...(choice.oneIn(2) ? { inventory: INVENTORY } : {}),
    ...(choice.oneIn(4) && server !== null ? { server: [server] } : {}),
    ...(choice.oneIn(6) ? { answerWait: choice.one([0, 1, 3600]) } : {}),
    ...(choice.oneIn(8) ? { etlComponent: choice.below(40) } : {}),
  };
}

/** Analyses, writes and checks everything; twice when asked, and then the same. */
function caseOf(
  files: ReadonlyMap<string, Uint8Array>,
  stage: Stage,
  options: Options,
  twice: boolean,
): Case {
  const run = async (given: ReadonlyMap<string, Uint8Array>): Promise<ReadonlyMap<string, string> | null> => {
    const inputs = [...given].map(([name, bytes]) => stage.files.put(name, bytes));
    const model = await unlessRefused(() => analysed({ ...options, inputs }));
    if (model === null) return null;
    const outputs = await outputsOf(model);
    checkOutputs(outputs);
    return outputs.texts;
  };
  return {
    files,
    check: async (given) => {
      const first = await run(given);
      if (!twice || first === null) return;
      const second = await run(given);
      for (const [name, text] of first) {
        if (second?.get(name) !== text) throw new Error(`${name} is not the same when it is made again`);
      }
    },
  };
}

async function changedFrames(choice: Choice, stage: Stage): Promise<Frame[]> {
  const frames = await stage.corpus.some(choice);
  if (!choice.oneIn(6)) await changeFrames(frames, choice, stage.corpus);
  return frames;
}

async function captureBytes(choice: Choice, stage: Stage): Promise<Uint8Array> {
  const container = containerOf(await changedFrames(choice, stage), choice);
  if (choice.oneIn(3)) breakContainer(container, choice);
  const bytes = bytesOf(container);
  return choice.oneIn(4) ? enveloped(bytes, choice) : bytes;
}

export const CAPTURE: Target = {
  name: 'capture',
  weight: 10,
  async make(choice, stage) {
    const files = new Map<string, Uint8Array>();
    for (let n = choice.oneIn(5) ? choice.between(2, 4) : 1; n > 0; n--) {
      files.set(`capture-${files.size + 1}`, await captureBytes(choice, stage));
    }
    return caseOf(files, stage, optionsOf(choice), choice.oneIn(5));
  },
};

/** Buffers, records and strings of event traces begin at multiples of so much. */
const ETL_STEP = 4;

export const TRACE: Target = {
  name: 'trace',
  weight: 2,
  async make(choice, stage) {
    const frames = await changedFrames(choice, stage);
    frames.sort((a, b) => a.sec - b.sec || a.nsec - b.nsec);
    // A trace lasts as long as its clock: what lies further apart is none.
    const first = frames[0]?.sec ?? 0;
    const packets = frames.filter(({ sec, linkType }) => sec - first < 86_400 && [1, 101].includes(linkType));
    const bytes = Uint8Array.from(traceOf(packets, choice.one(VARIANTS)));
    for (let n = choice.oneIn(6) ? 0 : choice.few(12); n > 0; n--) {
      const reach = choice.oneIn(3) ? 400 : bytes.length;
      const at = choice.below(reach / ETL_STEP) * ETL_STEP + (choice.oneIn(4) ? choice.below(4) : 0);
      const width = choice.one([1, 2, 4]);
      put(bytes, at, width, choice.edge(8 * width, bytes.length, bytes.length - at), true);
    }
    const whole = choice.oneIn(8) ? bytes.slice(0, choice.below(bytes.length)) : bytes;
    const file = choice.oneIn(6) ? enveloped(whole, choice) : whole;
    return caseOf(new Map([['trace.etl', file]]), stage, optionsOf(choice), choice.oneIn(6));
  },
};
