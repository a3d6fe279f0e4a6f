/** The frames behind the causes. */
import type { Format } from '../format.js';

export const EVIDENCE: Format = {
  option: 'evidence',
  value: 'FILE',
  help: 'the frames behind each cause as pcapng, cut to their headers, with comments for Wireshark',
  load: async ({ source }) => {
    const { writeEvidence } = await import('./write.js');
    return [{ name: '', write: (model, sink) => writeEvidence(model, source ?? NOWHERE, sink) }];
  },
};

/** Without captures nothing can be read again. */
const NOWHERE = { inputs: [], payload: false };
