/** The matrix for a spreadsheet. */
import type { Format } from '../write/format.js';

export const MATRIX: Format = {
  option: 'matrix',
  value: 'FILE',
  help: 'computers × rules as CSV',
  live: true,
  saved: true,
  load: async () => [{ name: '', write: (await import('./write.js')).writeMatrix }],
};
