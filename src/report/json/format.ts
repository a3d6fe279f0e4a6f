/** The whole result for programs. */
import type { Format } from '../write/format.js';

export const JSON_RESULT: Format = {
  option: 'json',
  value: 'FILE',
  help: 'JSON result (default: beside the report)',
  beside: '.json',
  live: true,
  load: async ({ jsonSchema }) => [
    {
      name: '',
      write:
        jsonSchema === 1 ? (await import('./write.js')).writeJson : (await import('./write-2.js')).writeJson2,
    },
  ],
};
