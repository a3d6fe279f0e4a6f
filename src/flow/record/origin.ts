/** Where a packet, or bytes of it, come from. */

/** One object is reused: copy what you keep. */
export class Origin {
  /** -1 = not known yet, or none. */
  flow = 0;
  /** Seconds since 1970 and nanoseconds within the second. */
  sec = 0;
  nsec = 0;
  fileIndex = 0;
  /** Number of the frame in its file. */
  frame = 0;

  /** Another frame; the flow stays until it is known. */
  set(sec: number, nsec: number, fileIndex: number, frame: number): this {
    this.sec = sec;
    this.nsec = nsec;
    this.fileIndex = fileIndex;
    this.frame = frame;
    return this;
  }

  copyFrom(other: Origin): void {
    this.flow = other.flow;
    this.sec = other.sec;
    this.nsec = other.nsec;
    this.fileIndex = other.fileIndex;
    this.frame = other.frame;
  }
}
