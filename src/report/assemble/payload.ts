/** The facts of payload as the report's rows: each made when it is asked for. */
import { weirdName } from '../../decode/packet/weird.js';
import { Flow } from '../../flow/flow.js';
import type { FirstWeird } from '../../flow/meter.js';
import type { SeenIn } from '../../recognise/facts/facts.js';
import type {
  NtlmModel,
  PayloadModel,
  PayloadRow,
  PortMappingModel,
  RpcCallModel,
  SmbFileModel,
  SmbMappingModel,
  WeirdModel,
} from '../model/payload-model.js';
import type { ReportInput } from './input/input.js';
import { LazyTimeStamp, timeStamp } from './input/time.js';

/** Addresses that stand for whoever answers. */
const UNSPECIFIED: ReadonlySet<string> = new Set(['', '0.0.0.0', '::']);
const NONE: readonly string[] = [];

/** What can be run through again and again, made anew each time. */
class Rows<T> implements Iterable<T> {
  private readonly make: () => Iterator<T>;

  constructor(make: () => Iterator<T>) {
    this.make = make;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.make();
  }
}

export class Payload implements PayloadModel {
  readonly rpcCalls: Iterable<RpcCallModel>;
  readonly smbMappings: Iterable<SmbMappingModel>;
  readonly smbFiles: Iterable<SmbFileModel>;
  readonly ntlm: Iterable<NtlmModel>;
  readonly weirds: Iterable<WeirdModel>;
  readonly portMappings: PayloadModel['portMappings'];
  readonly portMappingsOmitted: number;
  private readonly input: ReportInput;
  private readonly flow: Flow;
  private beside: Map<number, string[]> | null = null;

  constructor(input: ReportInput) {
    this.input = input;
    this.flow = new Flow(input.meter.flows);
    this.rpcCalls = new Rows(() => this.makeCalls());
    this.smbMappings = new Rows(() => this.makeMappings());
    this.smbFiles = new Rows(() => this.makeFiles());
    this.ntlm = new Rows(() => this.makeNtlm());
    this.weirds = new Rows(() => this.makeWeirds());
    const { length } = input.facts.mappings.items;
    this.portMappings = Object.assign(new Rows(() => this.makePortMappings()), { length });
    this.portMappingsOmitted = input.facts.mappings.dropped;
  }

  servicesBeside(flow: number): readonly string[] {
    this.beside ??= this.findBeside();
    return this.beside.get(flow) ?? NONE;
  }

  private findBeside(): Map<number, string[]> {
    const found = new Map<number, string[]>();
    const add = (fact: SeenIn, service: string): void => {
      const services = found.get(fact.flow);
      if (services === undefined) found.set(fact.flow, [service]);
      else if (!services.includes(service)) services.push(service);
    };
    const { facts } = this.input;
    for (const bind of facts.binds.items) if (bind.transport !== 'tcp') add(bind, 'dce_rpc');
    for (const ntlm of facts.ntlm.items) add(ntlm, 'ntlm');
    for (const tls of facts.tls.items) add(tls, 'ssl');
    return found;
  }

  private *makeCalls(): Generator<RpcCallModel> {
    for (const call of this.input.facts.calls.items) {
      yield {
        ...this.row(call),
        uuid: call.uuid,
        interfaceName: call.interfaceName,
        opnum: call.opnum,
        operation: call.operation,
        transport: call.transport,
        secondaryAddress: call.endpoint,
        rtt: call.rtt,
        fault: call.fault,
      };
    }
  }

  private *makeMappings(): Generator<SmbMappingModel> {
    const { smb, trees } = this.input.facts;
    const dialects = new Map(smb.items.map((one) => [one.flow, one.dialect]));
    for (const tree of trees.items) {
      yield {
        ...this.row(tree),
        path: tree.path,
        shareType: tree.shareType,
        dialect: dialects.get(tree.flow) ?? '',
        status: tree.status,
      };
    }
  }

  private *makeFiles(): Generator<SmbFileModel> {
    for (const open of this.input.facts.opens.items) {
      yield {
        ...this.row(open),
        action: open.action,
        name: open.path,
        tree: open.tree,
        pipe: open.pipe,
        size: open.size,
        status: open.status,
      };
    }
  }

  private *makeNtlm(): Generator<NtlmModel> {
    for (const one of this.input.facts.ntlm.items) {
      yield {
        ...this.row(one),
        user: one.user,
        domain: one.domain,
        workstation: one.workstation,
        serverNetbios: one.serverNetbios,
        serverDns: one.serverDns,
        success: one.success,
      };
    }
  }

  private *makeWeirds(): Generator<WeirdModel> {
    const { meter, facts } = this.input;
    for (const [number, seen] of meter.firstWeirds) {
      yield {
        ...this.row(seen),
        flow: this.stillOn(seen),
        name: weirdName(number),
        count: meter.decoder.weirds[number] ?? 1,
      };
    }
    for (const weird of facts.weirdsSeen.items) {
      yield { ...this.row(weird), name: weird.name, count: facts.weirds.get(weird.name) ?? 1 };
    }
  }

  private *makePortMappings(): Generator<PortMappingModel> {
    for (const one of this.input.facts.mappings.items) {
      // Without a spread, which takes longer than all the rest.
      yield {
        flow: one.flow,
        time: new LazyTimeStamp(one.sec, one.nsec),
        file: this.input.files[one.fileIndex]?.path ?? '',
        frame: one.frame,
        address: UNSPECIFIED.has(one.address) ? this.flow.move(one.flow).addressText(1) : one.address,
        port: one.port,
        interfaceName: one.name,
        uuid: one.uuid,
        source: one.source,
        host: one.host,
      };
    }
  }

  private row(seen: SeenIn): PayloadRow {
    return {
      flow: seen.flow,
      time: timeStamp(seen.sec, seen.nsec),
      file: this.input.files[seen.fileIndex]?.path ?? '',
      frame: seen.frame,
    };
  }

  /** The flow's id, or -1 when the flow gave way to another because of a limit, which has its id now. */
  private stillOn({ flow, sec, nsec }: FirstWeird): number {
    if (flow < 0 || !this.input.meter.flows.reusesIds) return flow;
    const { inUse, firstSec, firstNsec } = this.flow.move(flow);
    if (!inUse) return -1;
    return sec > firstSec || (sec === firstSec && nsec >= firstNsec) ? flow : -1;
  }
}
