/** Runs a format's writer into a string, as the sinks of the program would see it. */
import type { ReportModel } from '../../src/report/model/model.js';
import type { Sink } from '../../src/report/write/sink.js';

export async function collected(
  write: (model: ReportModel, sink: Sink) => Promise<void>,
  model: ReportModel,
): Promise<string> {
  const pieces: string[] = [];
  await write(model, {
    write(text) {
      pieces.push(text);
      return undefined;
    },
    writeBytes(bytes) {
      pieces.push(Buffer.from(bytes).toString());
      return undefined;
    },
  });
  return pieces.join('');
}
