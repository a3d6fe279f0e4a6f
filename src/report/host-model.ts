/** A monitored computer as the model holds it. */

export interface HostModel {
  /** '' = its name led to no address; such a host is listed by its name. */
  readonly address: string;
  /** '' = no name known. */
  readonly name: string;
  /** Where the name was learned, '' = none. */
  readonly nameSource: string;
  /** Group in the list of computers, '' = none. */
  readonly group: string;
  /** Whether it is in the list; null = no list was given. */
  readonly listed: boolean | null;
}
