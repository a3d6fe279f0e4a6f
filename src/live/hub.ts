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

  /** @param make called when an output wants a snapshot */
  snapshot(make: () => LiveSnapshot): void {
    const wanting = this.outputs.filter((output) => output.snapshot !== undefined);
    if (wanting.length === 0) return;
    const snapshot = make();
    for (const output of wanting) output.snapshot?.(snapshot);
  }

  /** What the outputs cannot write, in sentences. */
  get troubles(): readonly string[] {
    return this.outputs
      .map(({ trouble }) => trouble)
      .filter((trouble) => trouble !== '')
      .map((trouble) => (trouble.endsWith('.') ? trouble : `${trouble}.`));
  }

  async close(): Promise<void> {
    for (const output of this.outputs) await output.close();
  }
}
