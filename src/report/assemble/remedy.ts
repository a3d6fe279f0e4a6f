/** From the kinds of change that could mend a fault to the commands, for all computers with the same fault. */
import type { PortRange, Rule } from '../../rules/rule.js';
import type { RemedyStep } from '../../verdict/locate/remedy-steps.js';
import type { RemedyModel } from '../model.js';
import { azureRule, changeRequest, nftables } from './remedy-network.js';
import { listLiteral } from './remedy-literal.js';
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
  const on = listLiteral(computers, ', ').text;
  return `on ${computers.length === 1 ? '' : 'each of the computers '}${on}, in PowerShell as administrator`;
}

/** The changes in the order of the steps, and the change request that says them for a firewall team. */
export function remediesFor(repair: Repair, steps: readonly RemedyStep[]): RemedyModel[] {
  const toServer = repair.rule.to === 'server';
  const atResponder = place(toServer, repair.responders);
  const atOriginator = place(!toServer, repair.originators);
  const makers: Readonly<Record<RemedyStep, () => readonly (RemedyModel | null)[]>> = {
    exclude: () => [repair.alive ? lookFirst(repair, atResponder) : isItUp(repair)],
    service: () => [startService(repair, atResponder)],
    responder_firewall: () => [enableGroups(repair, atResponder), allowInbound(repair, atResponder)],
    originator_firewall: () => [allowOutbound(repair, atOriginator)],
    path: () => [nftables(repair), azureRule(repair)],
  };
  const remedies = steps.flatMap((step) => makers[step]()).filter((one) => one !== null);
  const firewall = steps.some((step) => step.endsWith('firewall') || step === 'path');
  return firewall ? [...remedies, changeRequest(repair)] : remedies;
}
