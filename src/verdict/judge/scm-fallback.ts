/**
 * The service control manager's client tries RPC over TCP first and, after a timeout of 21 s by default, the
 * pipe \svcctl on 445 ("Services and RPC/TCP"): what failed on 135 or the dynamic port then works slowly.
 * Where SMB 3 encrypts the opens, nothing of it is seen and the failure stands.
 */
import { Flow } from '../../flow/flow.js';
import type { FlowTable } from '../../flow/table.js';
import type { Facts } from '../../recognise/facts/facts.js';
import { MAPPER_PORT } from '../words/words.js';
import type { RpcEvidence } from '../flows/rpc-evidence.js';
import { hostKey } from '../words/host-key.js';
import type { HostKey } from '../words/host-key.js';
import type { Detour, RuleVerdict } from '../words/rule-verdict.js';

const SERVICE_CONTROL = 'svcctl';
/** A pipe opened later than this after the failure has nothing to do with it, seconds. */
export const FALLBACK_WINDOW_SECONDS = 120;
/** Failed flows that are quoted beside the one that worked. */
const QUOTED_FAILURES = 2;

/** The pipe \svcctl was opened on a computer. */
interface PipeOpen {
  /** Seconds since 1970. */
  readonly time: number;
  readonly flow: number;
  readonly port: number;
}

/** What this server opened, by computer and in order of time. */
function pipeOpens(
  table: FlowTable,
  facts: Facts,
  server: ReadonlySet<HostKey>,
): Map<HostKey, readonly PipeOpen[]> {
  const opens = new Map<HostKey, PipeOpen[]>();
  const flow = new Flow(table);
  for (const open of facts.opens.items) {
    if (!open.pipe || open.status !== 0 || pipeName(open.path) !== SERVICE_CONTROL) continue;
    flow.move(open.flow);
    // Somebody else's way to the computer says nothing of this server's.
    if (!server.has(hostKey(flow, 0))) continue;
    const key = hostKey(flow, 1);
    const entry = { time: open.sec + open.nsec / 1e9, flow: open.flow, port: flow.port(1) };
    const list = opens.get(key);
    if (list === undefined) opens.set(key, [entry]);
    else list.push(entry);
  }
  for (const list of opens.values()) list.sort((a, b) => a.time - b.time);
  return opens;
}

function pipeName(path: string): string {
  return path
    .toLowerCase()
    .replace(/^\\+/, '')
    .replace(/^pipe\\/, '');
}

/** Verdicts with `blocked` turned into `degraded` where the detour over the pipe worked. */
export function withScmFallback(
  verdicts: readonly RuleVerdict[],
  table: FlowTable,
  facts: Facts,
  rpc: RpcEvidence,
  server: ReadonlySet<HostKey>,
): readonly RuleVerdict[] {
  const opens = pipeOpens(table, facts, server);
  if (opens.size === 0) return verdicts;
  const flow = new Flow(table);
  return verdicts.map((verdict) => {
    const list = opens.get(verdict.host);
    if (verdict.verdict !== 'blocked' || list === undefined || verdict.rule.proto !== 'tcp') return verdict;
    const found = detourOf(verdict, flow, list, rpc);
    if (found === null) return verdict;
    return {
      ...verdict,
      verdict: 'degraded',
      reason: 'scm_fallback',
      detour: found.detour,
      flows: [...verdict.flows.slice(0, QUOTED_FAILURES), found.flow],
    };
  });
}

/** The first failed flow that a pipe followed; null when one of them was not the service control manager's. */
function detourOf(
  verdict: RuleVerdict,
  flow: Flow,
  opens: readonly PipeOpen[],
  rpc: RpcEvidence,
): { readonly detour: Detour; readonly flow: number } | null {
  let found: { detour: Detour; flow: number } | null = null;
  for (const id of verdict.flows) {
    flow.move(id);
    if (hostKey(flow, 1) !== verdict.host) return null;
    if (flow.port(1) !== MAPPER_PORT && !rpc.isNamedFor(flow, SERVICE_CONTROL)) return null;
    if (found !== null) continue;
    const start = flow.firstSec + flow.firstNsec / 1e9;
    const open = opens.find(({ time }) => time >= start && time - start <= FALLBACK_WINDOW_SECONDS);
    if (open !== undefined) {
      found = { detour: { port: open.port, delay: open.time - start }, flow: open.flow };
    }
  }
  return found;
}
