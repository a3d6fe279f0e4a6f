/**
 * What the payload proved, as facts that a report can quote: each names its flow and frame. Every list is
 * bounded; what was left out is counted. Strings from the wire are kept as they are (hostile) and cut to
 * MAX_FACT_TEXT characters.
 */
import { Flow } from '../../flow/flow.js';
import type { FlowTable } from '../../flow/table.js';
import type { Origin } from '../../flow/record/origin.js';
import { ServiceColumn } from './service-column.js';
import { SERVICES } from './services.js';
import type { Certainty, NamedService, ServiceName } from './services.js';

/**
 * Characters of a text in a fact.
 * @reached the rest is left out
 */
export const MAX_FACT_TEXT = 255;
/**
 * Facts of one kind (calls, files, names ...) that are kept.
 * @reached further ones are counted: `payload_…`
 */
export const MAX_FACTS = 100_000;
/**
 * Facts of one kind that are kept of one flow.
 * @reached further ones are counted: `payload_…_per_flow`
 */
export const MAX_FACTS_PER_FLOW = 1_000;
const FIRST_FLOWS = 1024;

/** Where a fact was seen. Frame numbers are 1-based in their file. */
export interface SeenIn {
  /** -1 = a flow that has left (learned names only). */
  readonly flow: number;
  readonly sec: number;
  readonly nsec: number;
  readonly fileIndex: number;
  readonly frame: number;
}

/**
 * Copies the reused origin. Where facts are many write the fields out: V8 (Node 20) takes several times as long for a
 * spread, and ten times for one that comes first, which gives the object a shape of its own.
 */
export function seenAt(from: Origin): SeenIn {
  return { flow: from.flow, sec: from.sec, nsec: from.nsec, fileIndex: from.fileIndex, frame: from.frame };
}

/** Every pair once: many flows share it. */
const NAMED: Readonly<Record<Certainty, ReadonlyMap<ServiceName, NamedService>>> = {
  suspected: new Map(SERVICES.map((name) => [name, { name, certainty: 'suspected' }])),
  confirmed: new Map(SERVICES.map((name) => [name, { name, certainty: 'confirmed' }])),
};

/** One presentation context offered in a bind or alter-context. */
export interface RpcBind extends SeenIn {
  /** 8-4-4-4-12, lower case. */
  readonly uuid: string;
  /** Major version. */
  readonly version: number;
  /** Known name (svcctl, IWbemServices ...) or ''. */
  readonly name: string;
  /** Answer of the server: null = not seen. 0 acceptance, 1 user rejection, 2 provider rejection, 3 negotiate_ack. */
  result: number | null;
  /** MS-RPCE 2.2.1.1.7/8; -1 = no auth verifier, or it was not captured. */
  readonly authType: number;
  readonly authLevel: number;
  /** 'tcp', or the pipe's name as opened ('svcctl'). */
  readonly transport: string;
  /** Secondary address of the bind_ack ('49667', '\pipe\lsass'), '' = not seen. */
  secondaryAddress: string;
  /** bind_nak reason, -1 = none. */
  nakReason: number;
  /** Offered in an alter_context, not in the first bind. */
  readonly alter: boolean;
}

/** One request and what came back. */
export interface RpcCall extends SeenIn {
  readonly uuid: string;
  readonly interfaceName: string;
  readonly opnum: number;
  /** '' = unknown. */
  readonly operation: string;
  readonly callId: number;
  readonly transport: string;
  /** Secondary address of the bind_ack, '' = not seen. */
  readonly endpoint: string;
  /** Time from request to response in seconds, -1 = no response seen. */
  rtt: number;
  /** Status of a fault, -1 = none. */
  fault: number;
  /** The response's first frame, 0 = none. */
  responseFrame: number;
}

/** A port that an endpoint mapper or an activation named. */
export interface PortMapping extends SeenIn {
  /** Address in the answer; '' or 0.0.0.0 = the answering host itself. */
  readonly address: string;
  readonly port: number;
  /** Interface uuid of the tower; '' for a DCOM binding (any interface of that object exporter). */
  readonly uuid: string;
  readonly name: string;
  readonly source: 'ept_map' | 'dcom';
  /** DCOM: host part of the string binding as written ('WS01', '10.0.0.1'), else ''. */
  readonly host: string;
}

/** One SMB connection's negotiation and sessions; grows as it is read. */
export interface SmbFacts extends SeenIn {
  /** e.g. '3.1.1', '2.1', 'NT LM 0.12', '' = not seen. */
  dialect: string;
  signingRequired: boolean;
  encryptionCapable: boolean;
  /** Encrypted (transform) frames were seen. */
  encrypted: boolean;
  /** NTSTATUS of the final session setup answer, -1 = not seen. */
  sessionStatus: number;
}

/** A tree connect: path as sent (\\host\share), type and status. */
export interface SmbTree extends SeenIn {
  readonly path: string;
  /** 'DISK' | 'PIPE' | 'PRINT' | ''. */
  readonly shareType: string;
  /** NTSTATUS, -1 = no answer seen. */
  readonly status: number;
}

/** An open of a file or pipe. */
export interface SmbOpen extends SeenIn {
  readonly path: string;
  /** Path of the tree it is in, '' = unknown. */
  readonly tree: string;
  readonly pipe: boolean;
  /** NTSTATUS, -1 = no answer seen. */
  readonly status: number;
  /** Size in bytes as the answer told, -1 = unknown. */
  readonly size: number;
  readonly action: 'SMB::FILE_OPEN' | 'SMB::FILE_DELETE' | 'SMB::FILE_RENAME' | 'SMB::PIPE_OPEN';
}

/** An NTLM exchange. */
export interface NtlmFacts extends SeenIn {
  readonly user: string;
  readonly domain: string;
  readonly workstation: string;
  /** Target info of the challenge. */
  readonly serverNetbios: string;
  readonly serverDns: string;
  /** null = not seen. */
  success: boolean | null;
}

/** A TLS hello or alert. */
export interface TlsFacts extends SeenIn {
  /** e.g. 'TLSv12'; '' = unknown. */
  version: string;
  serverName: string;
  /** Description number of the first fatal alert, -1 = none. */
  alert: number;
}

/** Something about 9003/9004 or another service worth quoting, e.g. a remoting URI, an HTTP request line. */
export interface ServiceDetail extends SeenIn {
  readonly service: ServiceName;
  readonly text: string;
}

export const NAME_SOURCES = [
  'dns',
  'nbns',
  'mdns',
  'llmnr',
  'ntlm',
  'kerberos',
  'dhcp',
  'tls_sni',
  'netbios_dgm',
  'capture',
] as const;
export type NameSource = (typeof NAME_SOURCES)[number];

/** A host name learned for an address (text form). */
export interface LearnedName extends SeenIn {
  readonly address: string;
  readonly name: string;
  readonly source: NameSource;
}

/** A look-up that was answered with an error or not at all. */
export interface FailedLookup extends SeenIn {
  readonly name: string;
  readonly source: NameSource;
  /** 'NXDOMAIN', 'SERVFAIL', 'no answer' ... */
  readonly error: string;
}

/** A refused right: the port works, the right does not. */
export interface AccessDenied extends SeenIn {
  /** e.g. 'SMB session setup', 'DCE/RPC svcctl', 'tree connect \\\\WS01\\ADMIN$'. */
  readonly what: string;
  /** NTSTATUS, RPC fault or Win32 error as a number, and its name when known. */
  readonly status: number;
  readonly statusName: string;
}

/** Something malformed or out of order, the first of its name on its flow. */
export interface WeirdFact extends SeenIn {
  readonly name: string;
}

/** A bounded list that counts what it leaves out. */
export class FactList<T extends SeenIn> {
  readonly items: T[] = [];
  dropped = 0;
  /** Of those, what was left out because its flow has MAX_FACTS_PER_FLOW. */
  droppedOfFlows = 0;
  /** Facts of each flow, by its number; as long as was needed. */
  private perFlow = new Uint16Array(0);

  /** Keeps the fact unless a limit is reached; true when it was kept. */
  add(fact: T): boolean {
    if (this.items.length >= MAX_FACTS) {
      this.dropped++;
      return false;
    }
    if (fact.flow >= this.perFlow.length) this.enlarge(fact.flow);
    const ofFlow = this.perFlow[fact.flow] ?? 0;
    if (ofFlow >= MAX_FACTS_PER_FLOW) {
      this.dropped++;
      this.droppedOfFlows++;
      return false;
    }
    this.perFlow[fact.flow] = ofFlow + 1;
    this.items.push(fact);
    return true;
  }

  /** Whether one more of the flow would be kept: what many are dropped of need not be made first. */
  hasRoom(flow: number): boolean {
    return this.items.length < MAX_FACTS && (this.perFlow[flow] ?? 0) < MAX_FACTS_PER_FLOW;
  }

  private enlarge(flow: number): void {
    const larger = new Uint16Array(Math.max(FIRST_FLOWS, 2 ** Math.ceil(Math.log2(flow + 1))));
    larger.set(this.perFlow);
    this.perFlow = larger;
  }

  /** Puts what `by` returns in place of each fact. */
  replace(by: (fact: T) => T): void {
    for (const [i, fact] of this.items.entries()) this.items[i] = by(fact);
  }

  /** The id belongs to another flow from now on, which may have as many facts. */
  forgetFlow(flow: number): void {
    if (flow < this.perFlow.length) this.perFlow[flow] = 0;
  }

  /** Takes out what `isStale` says; counted as dropped unless it had served. */
  discard(isStale: (fact: T) => boolean, hadServed = false): void {
    const { items } = this;
    let kept = 0;
    for (const fact of items) if (!isStale(fact)) items[kept++] = fact;
    if (!hadServed) this.dropped += items.length - kept;
    items.length = kept;
  }
}

/** Everything learned from payload. Dissectors write here; verdicts and reports read. */
export class Facts {
  readonly binds = new FactList<RpcBind>();
  readonly calls = new FactList<RpcCall>();
  readonly mappings = new FactList<PortMapping>();
  readonly smb = new FactList<SmbFacts>();
  readonly trees = new FactList<SmbTree>();
  readonly opens = new FactList<SmbOpen>();
  readonly ntlm = new FactList<NtlmFacts>();
  readonly tls = new FactList<TlsFacts>();
  readonly details = new FactList<ServiceDetail>();
  readonly names = new FactList<LearnedName>();
  readonly failedLookups = new FactList<FailedLookup>();
  readonly denied = new FactList<AccessDenied>();
  /** Conversations that were given up before they were read because of a limit. */
  conversationsDropped = 0;
  /** Counts per weird name (Zeek's names where they exist). */
  readonly weirds = new Map<string, number>();
  /** Where each was seen first on a flow. */
  readonly weirdsSeen = new FactList<WeirdFact>();
  /** What is being read, null = not known. The object is reused. */
  reading: Origin | null = null;
  private readonly weirdFlows = new Map<string, Set<number>>();
  private readonly services = new ServiceColumn([...NAMED.suspected.values(), ...NAMED.confirmed.values()]);

  /** Names the service of a flow. A confirmed name is not replaced by a suspected one. */
  service(flow: number, name: ServiceName, certainty: Certainty): void {
    const known = this.services.get(flow);
    if (known?.certainty === 'confirmed' && certainty === 'suspected') return;
    const named = NAMED[certainty].get(name);
    if (named !== undefined && named !== known) this.services.set(flow, named);
  }

  /**
   * A whole message of one side was read. Only what the responder (`side` 1) says confirms what it is; what the
   * originator says is what was asked for, a suspicion.
   */
  spoken(flow: number, name: ServiceName, side: 0 | 1): void {
    this.service(flow, name, side === 1 ? 'confirmed' : 'suspected');
  }

  /** Takes a suspicion back. */
  withdraw(flow: number): void {
    if (this.services.get(flow)?.certainty === 'suspected') this.services.set(flow, undefined);
  }

  /** Takes a name back whatever it rests on: the other side showed that it is not so. */
  retract(flow: number): void {
    this.services.set(flow, undefined);
  }

  /** The flow gives way to another, which gets its id. */
  forgetFlow(flow: number): void {
    this.services.set(flow, undefined);
    for (const list of this.lists()) list.forgetFlow(flow);
    for (const flows of this.weirdFlows.values()) flows.delete(flow);
  }

  /**
   * Takes out facts of flows that gave way to others in `table`, for their ids stand for the others now. Learned
   * names stay: they speak of an address and not of a flow.
   * @param hadServed the flows had been judged before they left
   */
  discardStale(table: FlowTable, hadServed = false): void {
    if (!table.reusesIds) return;
    const flow = new Flow(table);
    const isStale = (seen: SeenIn): boolean => {
      if (!flow.move(seen.flow).inUse) return true;
      if (seen.fileIndex === flow.firstFile) return seen.frame < flow.firstFrame;
      return seen.sec < flow.firstSec || (seen.sec === flow.firstSec && seen.nsec < flow.firstNsec);
    };
    for (const list of this.lists()) if (list !== this.names) list.discard(isStale, hadServed);
    this.names.replace((name) => (name.flow >= 0 && isStale(name) ? { ...name, flow: -1 } : name));
  }

  private lists(): readonly FactList<SeenIn>[] {
    const { binds, calls, mappings, smb, trees, opens, ntlm, tls, details } = this;
    const { names, failedLookups, denied, weirdsSeen } = this;
    const ofConnections = [binds, calls, mappings, smb, trees, opens, ntlm, tls, details];
    return [...ofConnections, names, failedLookups, denied, weirdsSeen];
  }

  serviceOf(flow: number): NamedService | undefined {
    return this.services.get(flow);
  }

  weird(name: string): void {
    this.weirds.set(name, (this.weirds.get(name) ?? 0) + 1);
    if (this.reading === null) return;
    const flows = this.weirdFlows.get(name) ?? new Set<number>();
    if (flows.has(this.reading.flow)) return;
    if (!this.weirdsSeen.add({ name, ...seenAt(this.reading) })) return;
    this.weirdFlows.set(name, flows.add(this.reading.flow));
  }
}

/** Cuts a text from the wire to the limit. */
export function factText(text: string): string {
  return text.length <= MAX_FACT_TEXT ? text : text.slice(0, MAX_FACT_TEXT);
}
