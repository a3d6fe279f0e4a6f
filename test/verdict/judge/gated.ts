/** The capture-quality gate of what a meter has read, with the usual thresholds. */
import type { CaptureFile } from '../../../src/capture/frames/frame.js';
import type { Meter } from '../../../src/flow/meter.js';
import { Gate } from '../../../src/verdict/judge/gate.js';
import type { Judgement } from '../../../src/verdict/judge/judge.js';
import { gatherFacts } from '../../../src/verdict/quality/quality-facts.js';
import { FlowScan } from '../../../src/verdict/hosts/flow-scan.js';
import { DEFAULT_THRESHOLDS } from '../../../src/verdict/quality/thresholds.js';

export function gateOf(meter: Meter, judgement: Judgement, files: readonly CaptureFile[] = []): Gate {
  return new Gate(
    gatherFacts(
      files,
      meter,
      judgement.server,
      DEFAULT_THRESHOLDS,
      '',
      new FlowScan(meter.flows, 9003, 9004),
    ),
    DEFAULT_THRESHOLDS,
  );
}
