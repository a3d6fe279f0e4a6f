/** One direction of a DCE/RPC connection: the PDU that is being read, and what is put together of its pieces. */
import { PduHeader } from './rpc-pdu.js';
import { StubBuffer } from './rpc-stub.js';

/** The header of a PDU that came whole; one for all connections, since none is kept beyond a call. */
const wholeHeader = new PduHeader();

/** What is known of one direction. */
export class RpcSide {
  /** Of the PDU being read. */
  header = wholeHeader;
  /** Of the last PDU. */
  type = 0;
  /** Bytes of the current PDU's body still to come. */
  left = 0;
  /** The current body is copied. */
  collecting = false;
  /** Call whose stub is read, -1 = none. */
  stubCall = -1;
  /** Bytes passed since the last PDU in search of the next, -1 = in step. */
  stray = -1;
  /** A whole PDU was read. */
  proven = false;
  /** Made when something comes in pieces, which on most connections nothing does. */
  private bodyPieces: StubBuffer | null = null;
  private stubPieces: StubBuffer | null = null;
  private ownHeader: PduHeader | null = null;

  /** Begins with another connection. */
  reset(): void {
    this.header = wholeHeader;
    this.type = 0;
    this.left = 0;
    this.collecting = false;
    this.stubCall = -1;
    this.stray = -1;
    this.proven = false;
    this.release();
  }

  /** The PDU is over; its header may be asked for until the next one's is read. */
  endPdu(): void {
    this.header = wholeHeader;
    this.releaseBody();
  }

  /** The rest of the PDU comes later, when its header will be needed again. */
  keepHeader(): void {
    this.ownHeader ??= new PduHeader();
    this.ownHeader.copyFrom(this.header);
    this.header = this.ownHeader;
  }

  /** The body as far as it came. */
  get body(): StubBuffer {
    return (this.bodyPieces ??= new StubBuffer());
  }

  /** The stub of a call of several fragments. */
  get stub(): StubBuffer {
    return (this.stubPieces ??= new StubBuffer());
  }

  /** From here on fragments of this call's stub are put together, or of none (-1). */
  beginStub(callId: number): void {
    this.stubCall = callId;
    this.stubPieces?.begin();
  }

  releaseBody(): void {
    this.bodyPieces?.release();
  }

  releaseStub(): void {
    this.stubPieces?.release();
  }

  release(): void {
    this.releaseBody();
    this.releaseStub();
  }
}
