/** What firewall teams are asked for, for a spreadsheet or an import. */
import type { Format } from '../write/format.js';

export const CHANGES: Format = {
  option: 'changes',
  value: 'FILE',
  help: 'the firewall changes that would mend it, as CSV',
  live: true,
  saved: true,
  load: async () => [{ name: '', write: (await import('./write.js')).writeChanges }],
};
