/** Why a host is taken for this server, step by step: codes with their values, put into sentences by the report. */

/** By code: the values that the sentence needs. Addresses are texts. */
export interface ServerReasons {
  /** By the user; `missing`: addresses of his that occur in no flow. */
  given: { readonly missing: readonly string[] };
  /** None of the addresses that were given occurs. */
  given_absent: { readonly missing: readonly string[] };
  /** A live capture of this machine. */
  capturing_machine: NoValues;
  /** An address of each IP version at most; `peers`: hosts that it speaks with, or calls, on these ports. */
  inferred_from_product_ports: ServerPorts & {
    readonly addresses: readonly string[];
    readonly peers: number;
  };
  inferred_from_calls: { readonly addresses: readonly string[]; readonly peers: number };
  /** Firewall logs name it as the machine whose product ports they speak of. */
  inferred_from_logs: ServerPorts & { readonly addresses: readonly string[]; readonly entries: number };
  /** Another host does the same with nearly as many. */
  rival: { readonly address: string; readonly peers: number };
  /** Another address of the same host; `link`: their network card. */
  further_address: { readonly address: string; readonly link: string };
  no_flow_on_ports: ServerPorts;
  several_hosts: NoValues;
}

interface ServerPorts {
  readonly agentPort: number;
  readonly serverPort: number;
}

type NoValues = Readonly<Record<never, never>>;

export type ServerReasonCode = keyof ServerReasons;

export type ServerReason<C extends ServerReasonCode = ServerReasonCode> = {
  readonly [K in C]: { readonly code: K } & ServerReasons[K];
}[C];
