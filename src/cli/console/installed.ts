/** What the installation says of itself. */

export interface Installed {
  readonly version: string;
  /** Capture to analyse when none is given; undefined = a capture must be given. */
  readonly sample?: string;
}
