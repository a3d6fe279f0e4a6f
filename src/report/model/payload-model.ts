/**
 * What the payload showed, row by row, as report formats may print it. Rows are made when they are asked for and
 * can be asked for again. Text that comes from the capture is raw and hostile: the format must escape it.
 */
import type { TimeStamp } from './time-model.js';

/** Where a row comes from. */
export interface PayloadRow {
  /** Id of the flow, for `FlowList.at`; -1 = no flow. */
  readonly flow: number;
  readonly time: TimeStamp;
  readonly file: string;
  readonly frame: number;
}

/** One call of an RPC operation, at the time of its request. */
export interface RpcCallModel extends PayloadRow {
  /** '' = the bind was not seen. */
  readonly uuid: string;
  readonly interfaceName: string;
  readonly opnum: number;
  /** '' = unknown. */
  readonly operation: string;
  /** 'tcp' or the name of the pipe. */
  readonly transport: string;
  /** Secondary address of the bind_ack ('49667', '\pipe\lsass'), '' = not seen. */
  readonly secondaryAddress: string;
  /** Seconds, -1 = no answer was seen. */
  readonly rtt: number;
  /** Status of a fault, -1 = none. */
  readonly fault: number;
}

/** A share that was connected, or was to be. */
export interface SmbMappingModel extends PayloadRow {
  /** As sent: '\\host\share'. */
  readonly path: string;
  /** 'DISK', 'PIPE', 'PRINT' or '' = unknown. */
  readonly shareType: string;
  /** Of the connection: '3.1.1', 'NT LM 0.12', '' = not seen. */
  readonly dialect: string;
  /** NTSTATUS, -1 = no answer was seen. */
  readonly status: number;
}

/** An open, a deletion or a renaming of a file or pipe. */
export interface SmbFileModel extends PayloadRow {
  readonly action: string;
  readonly name: string;
  /** Path of its share, '' = unknown. */
  readonly tree: string;
  readonly pipe: boolean;
  /** Bytes, -1 = unknown. */
  readonly size: number;
  /** NTSTATUS, -1 = no answer was seen. */
  readonly status: number;
}

/** An NTLM authentication; '' = not seen. */
export interface NtlmModel extends PayloadRow {
  readonly user: string;
  readonly domain: string;
  readonly workstation: string;
  readonly serverNetbios: string;
  readonly serverDns: string;
  /** null = not seen. */
  readonly success: boolean | null;
}

/** Something malformed, where it was seen first. */
export interface WeirdModel extends PayloadRow {
  readonly name: string;
  /** How often in the whole capture. */
  readonly count: number;
}

/** A port that an endpoint mapper or a DCOM activation named. */
export interface PortMappingModel extends PayloadRow {
  /** Never empty: the answering host where the answer names no address. */
  readonly address: string;
  readonly port: number;
  /** '' = any interface of the object exporter, or a name that is not known. */
  readonly interfaceName: string;
  readonly uuid: string;
  readonly source: 'ept_map' | 'dcom';
  /** Host as a DCOM string binding has it, '' = none. */
  readonly host: string;
}

export interface PayloadModel {
  readonly rpcCalls: Iterable<RpcCallModel>;
  readonly smbMappings: Iterable<SmbMappingModel>;
  readonly smbFiles: Iterable<SmbFileModel>;
  readonly ntlm: Iterable<NtlmModel>;
  readonly weirds: Iterable<WeirdModel>;
  readonly portMappings: Iterable<PortMappingModel> & { readonly length: number };
  /** Left out because of a limit while the capture was read. */
  readonly portMappingsOmitted: number;
  /** Services that a flow's own service carries or is carried by: 'dce_rpc' in SMB pipes, 'ntlm', 'ssl'. */
  servicesBeside(flow: number): readonly string[];
}
