/** Logs as Zeek writes them. */
import type { Format } from '../write/format.js';

export const ZEEK: Format = {
  option: 'zeek',
  value: 'FOLDER',
  help: "conn.log, dce_rpc.log, smb_*.log, ntlm.log and weird.log in Zeek's format",
  load: async () =>
    (await import('./logs.js')).ZEEK_LOGS.map(({ file, write, hasRows }) => ({
      name: file,
      write,
      applies: hasRows,
    })),
};
