/** The columns that every log has in common with conn.log: time, uid and the connection's four-tuple. */
import type { ReportModel } from '../model/model.js';
import type { PayloadRow } from '../model/payload-model.js';
import { UNSET, zeekText, zeekTime } from './tsv.js';
import type { Column } from './tsv.js';
import { uid } from './uid.js';

/** Connections whose columns are remembered, so that many rows of one cost little. */
const MAX_REMEMBERED = 1024;

type Id = readonly [
  uid: string,
  origH: string,
  origP: string,
  respH: string,
  respP: string,
  communityId: string,
];
const NO_CONNECTION: Id = [UNSET, UNSET, UNSET, UNSET, UNSET, UNSET];

/**
 * The columns of a log between `ts uid id.orig_h id.orig_p id.resp_h id.resp_p` and `community_id`, which joins it with
 * other programs' logs; all but the time unset where a row belongs to no flow.
 */
export function withConnection<R extends PayloadRow>(
  model: ReportModel,
  columns: readonly Column<R>[],
): readonly Column<R>[] {
  const known = new Map<number, Id>();
  const idOf = (row: PayloadRow): Id => {
    const remembered = known.get(row.flow);
    if (remembered !== undefined) return remembered;
    const flow = row.flow < 0 ? undefined : model.flows.at(row.flow);
    if (flow === undefined) return NO_CONNECTION;
    if (known.size >= MAX_REMEMBERED) known.clear();
    const { orig, resp } = flow;
    const ends = [orig.ip, String(orig.port), resp.ip, String(resp.port)] as const;
    const id: Id = [uid(flow), ...ends, zeekText(flow.communityId)];
    known.set(row.flow, id);
    return id;
  };
  return [
    ['ts', 'time', (row) => zeekTime(row.time)],
    ['uid', 'string', (row) => idOf(row)[0]],
    ['id.orig_h', 'addr', (row) => idOf(row)[1]],
    ['id.orig_p', 'port', (row) => idOf(row)[2]],
    ['id.resp_h', 'addr', (row) => idOf(row)[3]],
    ['id.resp_p', 'port', (row) => idOf(row)[4]],
    ...columns,
    ['community_id', 'string', (row) => idOf(row)[5]],
  ];
}
