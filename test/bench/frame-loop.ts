/** The loop that runs once per frame, alone: without the digest, the verdicts and the reports. */
import { Timeline } from '../../src/capture/merge.js';
import { Meter } from '../../src/flow/meter.js';
import { Facts } from '../../src/recognise/facts/facts.js';
import { Recogniser } from '../../src/recognise/driver/recogniser.js';
import { loadPacks } from '../../src/rules/load.js';
import { servedPorts } from '../../src/rules/words/served-ports.js';

export interface FrameLoop {
  /** Seconds in the meter and the recogniser; waiting for the file is left out. */
  readonly seconds: number;
  /** Conversations that were still in memory after the last frame. */
  readonly open: number;
  readonly meter: Meter;
  readonly facts: Facts;
}

/** Meters a capture, with payload recognition or without. */
export async function runFrameLoop(path: string, withRecognition: boolean): Promise<FrameLoop> {
  const meter = new Meter({ servedPorts: servedPorts(await loadPacks({ files: [] })) });
  const facts = new Facts();
  const recogniser = new Recogniser(meter.flows, facts);
  if (withRecognition) meter.payloadReader = recogniser;
  const timeline = await Timeline.open([path], { digest: false });
  let spent = 0n;
  try {
    for (let run = await timeline.next(); run !== null; run = await timeline.next()) {
      const started = process.hrtime.bigint();
      meter.feed(run);
      spent += process.hrtime.bigint() - started;
    }
  } finally {
    await timeline.close();
  }
  const open = recogniser.open;
  const started = process.hrtime.bigint();
  recogniser.finish(meter.span.lastSec);
  spent += process.hrtime.bigint() - started;
  return { seconds: Number(spent) / 1e9, open, meter, facts };
}
