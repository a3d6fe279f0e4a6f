/** A message while it is read: `bytes[at .. end)`, and the addresses of sender and receiver when asked for. */
export interface Payload {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly at: number;
  readonly end: number;
  readonly srcText: () => string;
  readonly dstText: () => string;
}

/** The payload of one UDP datagram. */
export interface Datagram extends Payload {
  readonly srcPort: number;
  readonly dstPort: number;
  /** All that was sent was captured: nothing was cut. */
  readonly isWhole: boolean;
}
