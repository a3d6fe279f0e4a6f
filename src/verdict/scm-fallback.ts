/**
 * The service control manager's client tries RPC over TCP first and, after a timeout of 21 s by default, the
 * pipe \svcctl on 445 ("Services and RPC/TCP"): what failed on 135 or the dynamic port then works slowly.
 */
import { Flow } from '../flow/flow.js';
import type { FlowTable } from '../flow/table.js';
import type { Facts } from '../recognise/facts.js';
import type { RpcEvidence } from './rpc-evidence.js';
import { hostKey } from './server.js';
import type { HostKey } from './server.js';
import type { RuleVerdict } from './tally.js';

const SERVICE_CONTROL = 'svcctl';
const MAPPER_PORT = 135;
/** A pipe opened later than this after the failure has nothing to do with it, seconds. */
export const FALLBACK_WINDOW_SECONDS = 120;

/** Times at which \svcctl was opened on a computer, seconds since 1970. */
function pipeOpens(table: FlowTable, facts: Facts): Map<HostKey, { time: number; flow: number }[]> {
  const opens = new Map<HostKey, { time: number; flow: number }[]>();
  const flow = new Flow(table);
  for (const open of facts.opens.items) {
    if (!open.pipe || open.status !== 0 || pipeName(open.path) !== SERVICE_CONTROL) continue;
    const key = hostKey(flow.move(open.flow), 1);
    const entry = { time: open.sec + open.nsec / 1e9, flow: open.flow };
    const list = opens.get(key);
    if (list === undefined) opens.set(key, [entry]);
    else list.push(entry);
  }
  return opens;
}

function pipeName(path: string): string {
  return path
    .toLowerCase()
    .replace(/^\\+/, '')
    .replace(/^pipe\\/, '');
}

/** Verdicts with `blocked` turned into `degraded` where the detour over 445 worked. */
export function withScmFallback(
  verdicts: readonly RuleVerdict[],
  table: FlowTable,
  facts: Facts,
  rpc: RpcEvidence,
): RuleVerdict[] {
  const opens = pipeOpens(table, facts);
  if (opens.size === 0) return [...verdicts];
  const flow = new Flow(table);
  return verdicts.map((verdict) => {
    const list = opens.get(verdict.host);
    if (verdict.verdict !== 'blocked' || list === undefined || verdict.rule.proto !== 'tcp') return verdict;
    const failed = verdict.flows[0];
    if (failed === undefined) return verdict;
    flow.move(failed);
    const isMapper = flow.port(1) === MAPPER_PORT;
    if (!isMapper && rpc.attribute(flow)?.interfaceName !== SERVICE_CONTROL) return verdict;
    const start = flow.firstSec + flow.firstNsec / 1e9;
    const open = list.find(({ time }) => time >= start && time - start <= FALLBACK_WINDOW_SECONDS);
    if (open === undefined) return verdict;
    return {
      ...verdict,
      verdict: 'degraded',
      reason: 'scm_fallback',
      delay: open.time - start,
      flows: [...verdict.flows.slice(0, 2), open.flow],
    };
  });
}
