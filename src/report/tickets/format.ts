/** Texts for tickets: one for all, one for each owner. */
import type { Format } from '../write/format.js';

export const TICKETS: Format = {
  option: 'ticket',
  value: 'FILE',
  help: 'texts for tickets, for all and for each who must act (Markdown when FILE ends in .md)',
  live: true,
  saved: true,
  load: async ({ path }) => {
    const { writeTickets } = await import('./write.js');
    const markdown = /\.(md|markdown)$/i.test(path);
    return [{ name: '', write: (model, sink) => writeTickets(model, sink, markdown) }];
  },
};
