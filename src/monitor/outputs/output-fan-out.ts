/** Hands events and snapshots on to every output. */
import type { LiveEvent, LiveOutput, LiveSnapshot } from '../words/model.js';

export class OutputFanOut {
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

  /** For each output what it cannot write, '' = all is well. */
  get troubles(): readonly string[] {
    return this.outputs
      .map(({ trouble }) => trouble)
      .map((trouble) => (trouble === '' || trouble.endsWith('.') ? trouble : `${trouble}.`));
  }

  /** Number of the last event that any output was given by an earlier run. */
  get lastSequence(): number {
    return this.outputs.reduce((last, { lastSequence = 0 }) => Math.max(last, lastSequence), 0);
  }

  /** Closes every output, those behind one that fails as well. @throws the first error */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (const output of this.outputs) {
      try {
        await output.close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
