/** A monitored computer as the model holds it. */

export interface HostModel {
  /** '' = its name led to no address; such a host is listed by its name. */
  readonly address: string;
  /** All its addresses, that one first. */
  readonly addresses: readonly string[];
  /** For each further address a sentence: by which proof it is the same computer, and how certain that is. */
  readonly addressProofs: readonly string[];
  /** Several computers speak from this address, as behind a NAT: one sentence; '' = none is known to. */
  readonly shared: string;
  /** '' = no name known. */
  readonly name: string;
  /** Where the name was learned, '' = none. */
  readonly nameSource: string;
  /** Group in the list of computers, '' = none. */
  readonly group: string;
  /** Whether it is in the list; null = no list was given. */
  readonly listed: boolean | null;
}
