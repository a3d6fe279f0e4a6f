/** `live --share`: the key of the state file, or a new one, and the mapping beside the report. */
import type { SharedReports } from '../../monitor/outputs/report-files.js';
import type { Secret } from '../../share/draw.js';
import { asksToShare } from '../options/arguments.js';
import type { Parsed } from '../options/options.js';

/** Null without --share. @param former of the state file: a restart keeps its pseudonyms. @throws UsageError, MappingError */
export async function liveShare(
  options: Parsed['options'],
  beside: string,
  former: Secret | undefined,
): Promise<SharedReports | null> {
  if (!asksToShare(options)) return null;
  const { shareOptions } = await import('../options/share-options.js');
  const share = await shareOptions(options, beside);
  if (share === null) return null;
  const { LiveShare } = await import('../../monitor/outputs/shared.js');
  const { writeMapping } = await import('../../share/mapping.js');
  const { PRIVATE, REWRITTEN, writeWhole } = await import('../../report/write/write-file.js');
  const live = new LiveShare(former !== undefined && share.key === '' ? former : share.secret);
  const paths = new Set(share.key === '' ? [share.mapping] : [share.mapping, share.key]);
  return {
    live,
    saveMapping: async () => {
      const options = { ...PRIVATE, ...REWRITTEN };
      for (const path of paths)
        await writeWhole(path, (sink) => writeMapping(sink, live.pseudonyms, live.secret), options);
    },
  };
}
