/** Why a host is taken for this server, in sentences. */
import type { ServerReason, ServerReasonCode } from '../../../verdict/words/server-reason.js';

function hostsText(peers: number): string {
  return peers === 1 ? 'one host' : `${peers} hosts`;
}

function absenceText(missing: readonly string[]): string {
  return `${missing.join(', ')}, given with --server, ${missing.length === 1 ? 'does' : 'do'} not occur in this capture`;
}

type ReasonTexts = { readonly [C in ServerReasonCode]: (reason: ServerReason<C>) => string };

const REASON_TEXTS: ReasonTexts = {
  given: ({ missing }) =>
    `Given on the command line (--server)${missing.length === 0 ? '' : `; ${absenceText(missing)}`}.`,
  given_absent: ({ missing }) => `${absenceText(missing)}.`,
  capturing_machine: () => 'The machine that captures: its own addresses.',
  inferred_from_product_ports: ({ addresses, serverPort, agentPort, peers }) =>
    `Inferred: ${addresses.join(' and ')} speaks on the product's ports ${serverPort} and ${agentPort} with ${hostsText(peers)}.`,
  inferred_from_calls: ({ addresses, peers }) =>
    `Inferred: ${addresses.join(' and ')} calls ports 135, 139 or 445 of ${hostsText(peers)}.`,
  inferred_from_logs: ({ addresses, serverPort, agentPort, entries }) =>
    `Inferred: the firewall log is of ${addresses.join(' and ')}, which calls port ${agentPort} or is called on ${serverPort} (${entries === 1 ? 'one entry' : `${entries} entries`}).`,
  rival: ({ address, peers }) =>
    `${address} does so with ${hostsText(peers)} too: if that is this server, give it with --server.`,
  further_address: ({ address, link }) =>
    `${address} is another address of this server: it comes from the same network card (${link}) and speaks with the same computers.`,
  no_flow_on_ports: ({ serverPort, agentPort }) =>
    `No flow on the product's ports (${serverPort}, ${agentPort}, 135, 139, 445) shows which host is this server; give it with --server.`,
  several_hosts: () => 'More than one host could be this server; give it with --server.',
};

function reasonText<C extends ServerReasonCode>(reason: ServerReason<C>): string {
  const text: (reason: ServerReason<C>) => string = REASON_TEXTS[reason.code];
  return text(reason);
}

/** Sentences in order, '' = it was not looked for yet. */
export function serverText(reasons: readonly ServerReason[]): string {
  return reasons.map((reason) => reasonText(reason)).join(' ');
}
