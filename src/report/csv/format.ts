/** The flows for a spreadsheet. */
import type { Format } from '../write/format.js';

export const CSV: Format = {
  option: 'csv',
  value: 'FILE',
  help: 'the flows as CSV',
  load: async () => [{ name: '', write: (await import('./write.js')).writeCsv }],
};
