/** From the kinds of change that could mend a fault to the commands, for all computers with the same fault. */
import type { PortRange, Rule } from '../../../rules/words/rule.js';
import type { RemedyStep } from '../../../verdict/locate/remedy-steps.js';
import type { ChangeModel } from '../../model/change-model.js';
import type { RemedyModel } from '../../model/model.js';
import { azureRule, changeRequest, nftables } from './remedy-network.js';
import { listLiteral, portLiteral } from './remedy-literal.js';
import type { Literal } from './remedy-literal.js';
import type { Repair } from './repair.js';
import {
  allowInbound,
  allowOutbound,
  enableGroups,
  isItUp,
  lookFirst,
  startService,
} from './remedy-windows.js';

/** Computers named as the place of a command; more are counted. */
const MAX_PLACES = 8;
const DYNAMIC: PortRange = { from: 49152, to: 65535 };

/**
 * Ports to open: those that the rule names; of RPC's range only what Windows uses (since Vista and Server 2008),
 * as long as what failed lies in it.
 */
export function portsToOpen(rule: Rule, failed: readonly number[]): readonly PortRange[] {
  if (rule.evidence !== 'rpc') return rule.ports;
  return failed.every((port) => port >= DYNAMIC.from) ? [DYNAMIC] : rule.ports;
}

/** `where` of a command for the responder's or the originator's end. */
function place(atServer: boolean, computers: readonly Literal[]): string {
  if (atServer) return 'on this server, in PowerShell as administrator';
  const n = computers.length;
  const on =
    n > MAX_PLACES
      ? `each of these ${n} computers`
      : `${n === 1 ? '' : 'each of the computers '}${listLiteral(computers, ', ').text}`;
  return `on ${on}, in PowerShell as administrator`;
}

/** The changes in the order of the steps, and the change request that says them for a firewall team. */
export function remediesFor(repair: Repair, steps: readonly RemedyStep[]): RemedyModel[] {
  const toServer = repair.rule.to === 'server';
  const atResponder = place(toServer, repair.computers);
  const atOriginator = place(!toServer, repair.computers);
  const makers: Readonly<Record<RemedyStep, () => readonly (RemedyModel | null)[]>> = {
    exclude: () => [repair.alive ? lookFirst(repair, atResponder) : isItUp(repair)],
    service: () => [startService(repair, atResponder)],
    responder_firewall: () => [enableGroups(repair, atResponder), allowInbound(repair, atResponder)],
    originator_firewall: () => [allowOutbound(repair, atOriginator)],
    path: () => [nftables(repair), azureRule(repair)],
  };
  const remedies = steps.flatMap((step) => makers[step]()).filter((one) => one !== null);
  return asksFirewalls(steps) ? [...remedies, changeRequest(repair)] : remedies;
}

/** Where a service comes first, whoever manages firewalls is not asked before it was looked at. */
function asksFirewalls(steps: readonly RemedyStep[]): boolean {
  const first = steps.find((step) => step !== 'exclude');
  return first !== undefined && first !== 'service';
}

/** What a firewall team is asked for; null where a firewall cannot be at fault. */
export function changeOf(
  { rule, originators, responders, ports }: Repair,
  steps: readonly RemedyStep[],
): Omit<ChangeModel, 'cause' | 'rule' | 'firstTime' | 'lastTime' | 'attempts'> | null {
  if (!asksFirewalls(steps)) return null;
  return {
    sources: originators.map(({ text }) => text),
    destinations: responders.map(({ text }) => text),
    protocol: rule.proto,
    ports: rule.proto === 'icmp' ? 'echo request' : listLiteral(ports.map(portLiteral), ', ').text,
    reason: rule.purpose,
  };
}
