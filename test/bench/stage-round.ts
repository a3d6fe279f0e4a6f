/** One pass of `npm run bench:stages` in a process of its own: <capture> <stage>; prints the seconds of CPU of two passes. */
import '../../src/platform/node/install.js';
import { fileURLToPath } from 'node:url';
import type { FrameRun } from '../../src/capture/frames/frame.js';
import { Timeline } from '../../src/capture/merge.js';
import { Decoder } from '../../src/decode/decoder.js';
import { Packet } from '../../src/decode/packet/packet.js';
import { FlowIndex } from '../../src/flow/record/flow-index.js';
import { FlowKey, keyOf, writeKey } from '../../src/flow/record/key.js';
import { Meter } from '../../src/flow/meter.js';
import { Records } from '../../src/flow/record/record.js';
import { Facts } from '../../src/recognise/facts/facts.js';
import { Recogniser } from '../../src/recognise/driver/recogniser.js';

/** Each does all that those before it do. */
export const STAGES = ['read', 'decode', 'look-up', 'update', 'recognise'] as const;
type Stage = (typeof STAGES)[number];

interface Pass {
  feed(run: FrameRun): void;
  /** After the last frame, at `sec`. */
  end?(): void;
}

function decoding(then: (packet: Packet) => void): Pass {
  const decoder = new Decoder();
  const packet = new Packet();
  return {
    feed: ({ batch, from, to }) => {
      for (let i = from; i < to; i++) {
        decoder.decode(batch, i, packet);
        then(packet);
      }
    },
  };
}

function lookingUp(): Pass {
  const records = new Records();
  const index = new FlowIndex(records);
  const key = new FlowKey();
  let count = 0;
  return decoding((packet) => {
    if (!keyOf(packet, key) || index.find(key) >= 0) return;
    records.grow(count);
    writeKey(records.of(count), records.at(count), key);
    index.set(key, count++);
  });
}

function metering(recognise: boolean): Pass {
  const meter = new Meter({});
  const recogniser = new Recogniser(meter.flows, new Facts());
  if (recognise) meter.payloadReader = recogniser;
  return { feed: (run) => meter.feed(run), end: () => recogniser.finish(meter.span.lastSec) };
}

function passOf(stage: Stage): Pass {
  switch (stage) {
    case 'read':
      return { feed: () => undefined };
    case 'decode':
      return decoding(() => undefined);
    case 'look-up':
      return lookingUp();
    case 'update':
      return metering(false);
    case 'recognise':
      return metering(true);
  }
}

async function run(path: string, stage: Stage): Promise<number> {
  const pass = passOf(stage);
  const timeline = await Timeline.open([path], { digest: false });
  const before = process.cpuUsage();
  for (let one = await timeline.next(); one !== null; one = await timeline.next()) pass.feed(one);
  pass.end?.();
  const { user, system } = process.cpuUsage(before);
  await timeline.close();
  return (user + system) / 1e6;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [path = '', wanted = ''] = process.argv.slice(2);
  const stage = STAGES.find((one) => one === wanted);
  if (stage === undefined) throw new Error(`'${wanted}' is none of ${STAGES.join(', ')}`);
  const first = await run(path, stage);
  process.stdout.write(`${first} ${await run(path, stage)}\n`);
}
