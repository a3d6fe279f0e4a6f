/** The report as a page. */
import type { Format } from '../write/format.js';

export const HTML: Format = {
  option: 'report',
  value: 'FILE',
  help: 'HTML report (default portwitness-report/<capture>.html)',
  beside: '.html',
  live: true,
  load: async () => [{ name: '', write: (await import('./write.js')).writeHtml }],
};
