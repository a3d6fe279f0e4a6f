/** Hands events and snapshots on to every output. */
import type { LiveEvent, LiveOutput, LiveSnapshot } from './model.js';

export class Hub {
  private readonly outputs: readonly LiveOutput[];

  constructor(outputs: readonly LiveOutput[]) {
    this.outputs = outputs;
  }

  event(event: LiveEvent): void {
    for (const output of this.outputs) output.event?.(event);
  }

  snapshot(snapshot: LiveSnapshot): void {
    for (const output of this.outputs) output.snapshot?.(snapshot);
  }

  /** What the outputs cannot write, in sentences. */
  get troubles(): readonly string[] {
    return this.outputs.map(({ trouble }) => trouble).filter((trouble) => trouble !== '');
  }

  async close(): Promise<void> {
    for (const output of this.outputs) await output.close();
  }
}
