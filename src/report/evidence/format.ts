/** The frames behind the causes. */
import type { Format, FormatFile } from '../write/format.js';

export const EVIDENCE: Format = {
  option: 'evidence',
  value: 'FILE',
  help: 'the frames behind each cause as pcapng, cut to their headers, with comments for Wireshark',
  load: async ({ source }) => {
    const { writeEvidence } = await import('./write.js');
    const from = source ?? NOWHERE;
    const write: FormatFile['write'] = (model, sink, cleaner) =>
      writeEvidence(model, cleaner === undefined ? from : { ...from, cleaner }, sink);
    return [{ name: '', isCapture: true, write }];
  },
};

/** Without captures nothing can be read again. */
const NOWHERE = { inputs: [], payload: false };
