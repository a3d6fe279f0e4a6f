/**
 * Named pipes of an SMB connection: what is written to one is the client's stream of DCE/RPC, what is read from it
 * the server's ([MS-RPCE] §2.1.1.2). A transceive is both at once.
 */
import type { Dissector, Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { StreamBuffer } from '../stream/stream-buffer.js';

/** Who speaks, whichever side of the connection that is. */
export const Role = { Client: 0, Server: 1 } as const;

/** Makes the reader of a flow's pipe; the name as opened without `\` and `PIPE\`, '' = opened before the capture. */
export type MakePipe = (pipeName: string, flow: number) => Dissector;

/** Is given the reader of a pipe that was closed; nobody else holds it. */
export type LeavePipe = (reader: Dissector) => void;

/** Pipes that have no extension and no folder, so that a name tells them where the share is not known. */
const KNOWN_PIPES: ReadonlySet<string> = new Set(
  (
    'atsvc browser dnsserver epmapper eventlog initshutdown lsarpc lsass netdfs netlogon ntsvcs plugplay ' +
    'protected_storage samr scerpc spoolss srvsvc svcctl tapsrv trkwks w32time winreg wkssvc'
  ).split(' '),
);

/** One open pipe. The reader is made when the first bytes come. */
export class Pipe {
  private readonly name: string;
  private readonly flow: number;
  private readonly make: MakePipe;
  private readonly leave: LeavePipe;
  private dissector: Dissector | null = null;
  private client: StreamBuffer | null = null;
  private server: StreamBuffer | null = null;

  constructor(name: string, flow: number, make: MakePipe, leave: LeavePipe) {
    this.name = name;
    this.flow = flow;
    this.make = make;
    this.leave = leave;
  }

  /** Bytes of memory held. */
  get size(): number {
    return (this.client?.size ?? 0) + (this.server?.size ?? 0);
  }

  feed(role: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): void {
    if (at >= end) return;
    this.feeder(role)?.feed(bytes, view, at, end, from);
  }

  /** An unknown number of bytes of one role is missing. */
  gap(role: Side, from: Origin): void {
    if (this.dissector !== null) this.feeder(role)?.gap(0, from);
  }

  end(): void {
    const { dissector } = this;
    if (dissector === null) return;
    dissector.end();
    this.dissector = null;
    this.client = null;
    this.server = null;
    this.leave(dissector);
  }

  private feeder(role: Side): StreamBuffer | null {
    if (this.dissector === null) {
      this.dissector = this.make(this.name, this.flow);
      this.client = new StreamBuffer(this.dissector, Role.Client);
      this.server = new StreamBuffer(this.dissector, Role.Server);
    }
    return role === Role.Client ? this.client : this.server;
  }
}

/** '\PIPE\svcctl', '\svcctl' and 'svcctl' are one pipe. */
export function pipeNameOf(path: string): string {
  return path.replace(/^\\*(?:pipe\\+)?/i, '');
}

/** Whether a name in an unknown share is that of a pipe. */
export function isKnownPipe(path: string): boolean {
  return KNOWN_PIPES.has(pipeNameOf(path).toLowerCase());
}

/** Bytes that `isRpcBind` needs. */
export const RPC_BIND_PREFIX = 16;

/** Version 5.0, a bind, a fragment length that can hold one: an open of unknown kind is a pipe (C706 §12.6.3.1). */
export function isRpcBind(view: DataView, at: number, end: number): boolean {
  if (end - at < RPC_BIND_PREFIX || view.getUint16(at) !== 0x0500 || view.getUint8(at + 2) !== 11)
    return false;
  const order = view.getUint8(at + 4);
  const length = view.getUint16(at + 8, order === 0x10);
  return (order === 0x10 || order === 0) && length >= 72;
}
