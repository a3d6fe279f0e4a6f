/** Who is who in a verdict, ready for a sentence. */
export interface Parties {
  /** Label of the computer, and its bare address. */
  readonly computer: string;
  readonly computerAddress: string;
  readonly serverAddress: string;
  /** The computer starts this traffic. */
  readonly inbound: boolean;
  /** Where the dynamic port of the most telling flow came from, in a few words; '' or absent = not known. */
  readonly portSource?: string;
  /** Its name in the user's list of computers; '' or absent = none. */
  readonly listedName?: string;
  /** What the computer sends arrives at this server and is stopped here. */
  readonly stopsHere?: boolean;
  /** Name of the firewall rule that blocks, as a log or its filters tell it; '' or absent = not told. */
  readonly blockingRule?: string;
  /** The capture lasted longer than the time between two attempts of the product. */
  readonly longCapture?: boolean;
  /** The end that is asked was heard about then, so it is up. */
  readonly isUp?: boolean;
  /** Nobody answers for the address of the computer. */
  readonly hostDown?: boolean;
}
