/**
 * Changes between the two ends: an nftables rule (nft(8)), an Azure network security group rule (`az network nsg
 * rule create`), and one plain line for whoever manages the firewalls.
 */
import type { RemedyModel } from '../../model/model.js';
import { command, idLiteral, listLiteral, portLiteral } from './remedy-literal.js';
import type { Literal } from './remedy-literal.js';
import type { Repair } from './repair.js';

/** One rule on a Linux router, put before the one that drops. */
export function nftables({ rule, version, ports, originators, responders }: Repair): RemedyModel {
  const family = version === 4 ? command`ip` : command`ip6`;
  const what =
    rule.proto === 'icmp'
      ? version === 4
        ? command`icmp type echo-request`
        : command`icmpv6 type echo-request`
      : command`${rule.proto === 'tcp' ? command`tcp` : command`udp`} dport ${set(ports.map(portLiteral))}`;
  const line = command`nft 'insert rule inet filter forward ${family} saddr ${set(originators)} ${family} daddr ${set(responders)} ${what} accept'`;
  return {
    kind: 'nftables',
    title: 'nftables on a Linux router',
    where: 'on the router between them',
    text: line.text,
    note: 'Put in the table and chain of that router, and keep the rule that lets answers of known connections back.',
  };
}

function set(items: readonly Literal[]): Literal {
  return items.length === 1 ? command`${items[0]!}` : command`{ ${listLiteral(items, ', ')} }`;
}

/** One rule where the traffic arrives; null for what the service has no word for. */
export function azureRule(repair: Repair): RemedyModel | null {
  const { rule, version, ports, originators, responders } = repair;
  const id = idLiteral(rule.id);
  if (id === null || (rule.proto === 'icmp' && version === 6)) return null;
  const proto = { tcp: command`Tcp`, udp: command`Udp`, icmp: command`Icmp` }[rule.proto];
  const dport = rule.proto === 'icmp' ? command`'*'` : listLiteral(ports.map(portLiteral), ' ');
  const [from, to] = [listLiteral(originators, ' '), listLiteral(responders, ' ')];
  const line = command`az network nsg rule create --resource-group RESOURCE_GROUP --nsg-name NSG --name portwitness-${id} --priority 200 --direction Inbound --access Allow --protocol ${proto} --source-address-prefixes ${from} --source-port-ranges '*' --destination-address-prefixes ${to} --destination-port-ranges ${dport}`;
  return {
    kind: 'azure_nsg',
    title: 'Azure network security group',
    where: 'where the Azure CLI is signed in',
    text: line.text,
    note: 'For the group of the destination; that of the source needs the same with --direction Outbound. Give your own names and a free priority before the rule that denies.',
  };
}

/** Everything that a firewall team asks for, in one line and without a name from the capture. */
export function changeRequest(repair: Repair): RemedyModel {
  const { rule, ports, originators, responders } = repair;
  const port =
    rule.proto === 'icmp'
      ? 'type: echo request'
      : `destination port: ${listLiteral(ports.map(portLiteral), ', ').text}`;
  const ends =
    rule.to === 'server'
      ? 'from the monitored computers to the Netwrix Auditor Server'
      : 'from the Netwrix Auditor Server to the monitored computers';
  const line = [
    `Allow ${ends}`,
    `source: ${listLiteral(originators, ', ').text}`,
    `destination: ${listLiteral(responders, ', ').text}`,
    `protocol: ${rule.proto.toUpperCase()}`,
    port,
    'answers of the same connection back',
    `reason: ${rule.purpose}`,
  ].join('; ');
  return {
    kind: 'change_request',
    title: 'Change request, for whoever manages the firewalls',
    where: 'in a ticket to the firewall team',
    text: `${line}.`,
    note: '',
  };
}
