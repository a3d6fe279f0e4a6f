/** A report model made with a list of computers. */
import type { ReportModel } from '../../src/report/model/model.js';
import { withFindings } from './fixture.js';
import { RULES, host, verdict } from './parts.js';

/** The model with a list: FILE01 in Berlin, a computer without an address in Paris, the others not listed. */
export function withList(): ReportModel {
  const model = withFindings();
  const hosts = model.hosts.map((one, i) => ({ ...one, listed: i === 0, group: i === 0 ? 'Berlin' : '' }));
  const absent = { ...host('', 'WS99'), listed: true, group: 'Paris' };
  return {
    ...model,
    hosts: [...hosts, absent],
    verdicts: [...model.verdicts, ...RULES.map(({ id }) => verdict(id, absent, 'not_observed'))],
    inventory: {
      path: 'list.csv',
      sha256: 'ab',
      computers: 2,
      notSeen: 1,
      unlisted: 4,
      isServer: 0,
      grouped: true,
    },
  };
}
