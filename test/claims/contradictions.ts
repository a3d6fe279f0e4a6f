/**
 * The rule that every claim is held to: a handshake alone is `working` with at most medium confidence, `high` needs
 * payload of the responder (for ICMP and UDP the answer is that payload), and nothing is `blocked` that completed
 * handshakes and was served after them.
 */
import type { Connection } from './connections.js';
import type { ReadPacket } from './packets.js';
import { neverAcknowledged, readingOf, servedUnseen } from './reading.js';
import type { Reading } from './reading.js';

/** Parts of the JSON result that a claim consists of. */
export interface ClaimResult {
  readonly server: { readonly addresses: readonly string[] };
  readonly rules: readonly { readonly id: string; readonly ports: string; readonly direction: string }[];
  readonly verdicts: readonly Claim[];
  readonly flow_columns: readonly string[];
  readonly flows: readonly (readonly unknown[])[];
}

export interface Claim {
  readonly rule: string;
  readonly host: {
    readonly address: string | null;
    readonly name: string | null;
    /** Of a computer with more than one address: plain, or objects that hold one each. */
    readonly addresses?: readonly (string | { readonly address: string })[] | null;
  };
  readonly verdict: string;
  readonly reason_code: string;
  readonly confidence: string;
}

export interface Contradiction {
  readonly claim: Claim;
  readonly text: string;
  /** Frames that show it, at most a few; empty when it is that there are none. */
  readonly packets: readonly ReadPacket[];
}

const MOST_PACKETS = 6;
/** That many sessions of which nothing was ever acknowledged are no working port. */
const UNACKNOWLEDGED_SESSIONS = 3;
/** Reasons for `blocked` that say themselves that something answered. */
const ANSWERED_OTHERWISE = new Set(['wrong_service']);

/** Claims that are checked, and those that the packets contradict. */
export function contradictionsOf(
  result: ClaimResult,
  connections: readonly Connection[],
): { working: number; blocked: number; contradictions: Contradiction[] } {
  const contradictions: Contradiction[] = [];
  const counts = { working: 0, blocked: 0 };
  for (const claim of result.verdicts) {
    if (claim.verdict !== 'working' && claim.verdict !== 'blocked') continue;
    counts[claim.verdict]++;
    const readings = readingsOf(claim, result, connections);
    const check = claim.verdict === 'working' ? checkWorking : checkBlocked;
    for (const { text, packets } of check(claim, readings)) {
      contradictions.push({ claim, text, packets: packets.slice(0, MOST_PACKETS) });
    }
  }
  return { ...counts, contradictions };
}

type Fault = Omit<Contradiction, 'claim'>;

/** The connections of one rule and one computer. */
function readingsOf(claim: Claim, result: ClaimResult, connections: readonly Connection[]): Reading[] {
  const rule = result.rules.find(({ id }) => id === claim.rule);
  if (rule === undefined) return [];
  const host = new Set(addressesOf(claim));
  const server = new Set(result.server.addresses);
  const isInbound = rule.direction.startsWith('computer');
  const isPort = portsOf(rule.ports);
  const proto = (rule.ports.split(' ')[0] ?? '').toLowerCase();
  // Of a range only the flows count that the result itself gives to the rule: the port alone proves nothing there.
  const named = rule.ports.includes('-') ? flowsOf(claim.rule, result) : null;
  const readings: Reading[] = [];
  for (const connection of connections) {
    if (connection.proto !== proto) continue;
    const respIndex = ([0, 1] as const).find((index) => {
      const [resp, orig] = [connection.sides[index].end, connection.sides[index === 0 ? 1 : 0].end];
      if (connection.orig === index || !isPort(resp.port)) return false;
      const [far, near] = isInbound ? [orig, resp] : [resp, orig];
      if (!host.has(far.address) || (server.size > 0 && !server.has(near.address))) return false;
      return named === null || named.has(`${orig.address} ${orig.port} ${resp.address} ${resp.port}`);
    });
    if (respIndex !== undefined) readings.push(readingOf(connection, respIndex));
  }
  return readings;
}

function addressesOf({ host }: Claim): string[] {
  const further = (host.addresses ?? []).map((one) => (typeof one === 'string' ? one : one.address));
  return host.address === null ? further : [host.address, ...further];
}

function portsOf(text: string): (port: number) => boolean {
  const ranges = [...text.matchAll(/(\d+)(?:-(\d+))?/g)].map(([, from, to]) => [
    Number(from),
    Number(to ?? from),
  ]);
  return (port) => ranges.length === 0 || ranges.some(([from = 0, to = 0]) => port >= from && port <= to);
}

function flowsOf(rule: string, { flow_columns: columns, flows }: ClaimResult): Set<string> {
  const at = (name: string): number => columns.indexOf(name);
  const ends = ['orig_ip', 'orig_port', 'resp_ip', 'resp_port'].map(at);
  const ofRule = flows.filter((row) => row[at('rule')] === rule);
  return new Set(ofRule.map((row) => ends.map((column) => String(row[column])).join(' ')));
}

function checkWorking(claim: Claim, readings: readonly Reading[]): Fault[] {
  const answered = readings.filter(({ accepted }) => accepted);
  if (answered.length === 0) {
    return [{ text: 'the responder accepted nothing', packets: readings.flatMap(framesOf) }];
  }
  const faults: Fault[] = [];
  const served = answered.filter((one) => one.served.length > 0);
  const alerted = answered.filter((one) => one.alerts.length > 0);
  if (claim.confidence === 'high' && served.length === 0 && !answered.some(servedUnseen)) {
    faults.push({ text: 'high, and the responder sent no payload', packets: answered.flatMap(framesOf) });
  }
  if (served.length === 0 && alerted.length > 0) {
    faults.push({
      text: 'every session ends in a TLS alert',
      packets: alerted.flatMap(({ alerts }) => alerts),
    });
  }
  const unheard = answered.filter(neverAcknowledged);
  if (unheard.length >= UNACKNOWLEDGED_SESSIONS && unheard.length === answered.length) {
    faults.push({
      text: 'no byte was ever acknowledged',
      packets: unheard.flatMap(({ orig }) => orig.payload),
    });
  }
  return [...faults, ...turnedAwaySince(readings)];
}

/** On every port that was accepted before, the last attempt was refused or rejected. */
function turnedAwaySince(readings: readonly Reading[]): Fault[] {
  const latest = new Map<number, Reading>();
  const isByEcho = (one: Reading): boolean => one.connection.proto === 'icmp';
  for (const one of readings) latest.set(isByEcho(one) ? 0 : one.resp.end.port, one);
  const away = [...latest.values()].map((one) => (one.accepted ? [] : [...one.refused, ...one.rejected]));
  if (away.length === 0 || away.some((packets) => packets.length === 0)) return [];
  return [{ text: 'the last attempt was turned away', packets: away.flat() }];
}

function checkBlocked(claim: Claim, readings: readonly Reading[]): Fault[] {
  if (readings.length === 0) return [{ text: 'nothing was tried', packets: [] }];
  const faults: Fault[] = [];
  if (!ANSWERED_OTHERWISE.has(claim.reason_code)) {
    const completed = readings.filter((one) => one.completed);
    const served = completed.flatMap((one) => one.served);
    const tested = completed.filter((one) => one.closer !== 'resp' && one.orig.payload.length === 0);
    const unserved = tested.filter((one) => one.served.length + one.alerts.length === 0);
    if (served.length > 0) faults.push({ text: 'the responder served', packets: served });
    else if (unserved.length > 0) {
      const text = 'the responder accepted, and the client asked for nothing';
      faults.push({ text, packets: unserved.flatMap(framesOf) });
    }
  }
  const missing = unproven(claim.reason_code, readings);
  return missing === '' ? faults : [...faults, { text: missing, packets: readings.flatMap(framesOf) }];
}

/** What the reason of a failure names and no packet shows; '' = it is there. */
function unproven(reason: string, readings: readonly Reading[]): string {
  if (reason === 'rst_answers_syn' && !readings.some(({ resp }) => resp.rst.length > 0)) {
    return 'refused, and the responder sent no RST';
  }
  if (reason.startsWith('icmp_') && !readings.some(({ connection }) => connection.errors.length > 0)) {
    return 'rejected by ICMP, and no message speaks of it';
  }
  const isSilent = ({ accepted, refused, rejected }: Reading): boolean =>
    !accepted && refused.length + rejected.length === 0;
  if (/^(syn|request)_silent/.test(reason) && !readings.some(isSilent)) {
    return 'no answer, and every attempt was answered';
  }
  return '';
}

/** The first packets of the responder, else of the originator. */
function framesOf({ orig, resp, rejected }: Reading): ReadPacket[] {
  const of = ({ syn, synAck, rst, payload, other }: Side): ReadPacket[] => [
    ...syn,
    ...synAck,
    ...rst,
    ...payload,
    ...other,
  ];
  return [...of(resp), ...rejected, ...of(orig)].slice(0, 3);
}

type Side = Reading['orig'];
