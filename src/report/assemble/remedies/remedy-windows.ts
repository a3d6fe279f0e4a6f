/**
 * Changes on a Windows computer as PowerShell commands: module NetSecurity (Enable-NetFirewallRule,
 * New-NetFirewallRule), and Get-Service with Start-Service. An outbound rule names the port with -RemotePort,
 * since the local port of a client is any; an inbound one with -LocalPort.
 */
import type { RemedyModel } from '../../model/model.js';
import { command, listLiteral, numberLiteral, portLiteral, quotedLiteral, words } from './remedy-literal.js';
import type { Literal } from './remedy-literal.js';
import type { Repair } from './repair.js';

/** ICMP echo request (RFC 792, RFC 4443 §4.1). */
const ECHO = { 4: 8, 6: 128 } as const;
/** A path that Windows can resolve: whole, or the kernel itself. */
const WHOLE_PATH = /^(System|[A-Za-z]:\\.+|%[A-Za-z0-9()]+%\\.+)$/;
/** Computers that one command pings: who wants to ask more than these asks an inventory. */
const MAX_PINGED = 20;
const SERVICE_HOST = /\\svchost\.exe$/i;

/** Built-in rules by their group's id; null when the rule pack names none. */
export function enableGroups(repair: Repair, where: string): RemedyModel | null {
  const groups = repair.rule.remedy.firewallGroups.map(quotedLiteral).filter((one) => one !== null);
  if (groups.length === 0) return null;
  return {
    kind: 'windows_group',
    title: 'Enable the built-in rules of Windows Firewall',
    where,
    text: command`Enable-NetFirewallRule -Group ${listLiteral(groups, ',')}`.text,
    note: 'It enables every rule of the group for every address that the rules allow; the next command is narrower.',
  };
}

/** Lets in what arrives at the responder. */
export function allowInbound(repair: Repair, where: string): RemedyModel | null {
  const program = programOf(repair);
  const rule = newRule(
    repair,
    command`Inbound`,
    words(transport(repair, command`-LocalPort`), program),
    repair.originators,
  );
  if (rule === null) return null;
  const missing = repair.rule.proto !== 'icmp' && program === null;
  return {
    kind: 'windows_rule',
    title: 'Allow it in Windows Firewall, inbound',
    where,
    text: rule.text,
    note: [
      missing ? 'Limit it to the program with -Program when you know its path.' : '',
      repair.rule.to === 'computer' && repair.computers.length > 1 ? GROUP_POLICY : '',
    ]
      .filter((text) => text !== '')
      .join(' '),
  };
}

/** Lets out what the originator sends. */
export function allowOutbound(repair: Repair, where: string): RemedyModel | null {
  const rule = newRule(repair, command`Outbound`, transport(repair, command`-RemotePort`), repair.responders);
  if (rule === null) return null;
  return {
    kind: 'windows_rule',
    title: 'Allow it in Windows Firewall, outbound',
    where,
    text: rule.text,
    note: 'Windows Firewall lets everything out unless somebody changed that: look for a rule that blocks it too.',
  };
}

/** New-NetFirewallRule, parameter -PolicyStore. */
const GROUP_POLICY =
  "For all of them at once, write the same rule into a group policy: add -PolicyStore 'DOMAIN\\NAME OF THE POLICY'.";

function newRule(
  repair: Repair,
  direction: Literal,
  what: Literal,
  remote: readonly Literal[],
): Literal | null {
  const name = quotedLiteral(`portwitness ${repair.rule.id}`);
  if (name === null) return null;
  const from = listLiteral(remote, ',', true);
  return command`New-NetFirewallRule -DisplayName ${name} -Direction ${direction} -Action Allow ${what} -RemoteAddress ${from}`;
}

/** Protocol and port, the port under the name that the direction asks for. */
function transport({ rule, version, ports }: Repair, option: Literal): Literal {
  if (rule.proto === 'icmp') {
    const type = numberLiteral(ECHO[version]);
    return version === 4
      ? command`-Protocol ICMPv4 -IcmpType ${type}`
      : command`-Protocol ICMPv6 -IcmpType ${type}`;
  }
  const proto = rule.proto === 'tcp' ? command`TCP` : command`UDP`;
  // Windows knows which ports its RPC servers have been given, so that no range has to be opened.
  const inboundRpc = rule.evidence === 'rpc' && option.text === '-LocalPort';
  const list = inboundRpc ? command`RPC` : listLiteral(ports.map(portLiteral), ',');
  return command`-Protocol ${proto} ${option} ${list}`;
}

function programOf({ rule }: Repair): Literal | null {
  const { program, service } = rule.remedy;
  if (rule.proto === 'icmp' || !WHOLE_PATH.test(program)) return null;
  const path = quotedLiteral(program);
  if (path === null) return null;
  const name = SERVICE_HOST.test(program) ? quotedLiteral(service) : null;
  return name === null ? command`-Program ${path}` : command`-Program ${path} -Service ${name}`;
}

/** Starts what should listen; null when the rule pack does not say what that is. */
export function startService(repair: Repair, where: string): RemedyModel | null {
  const service = serviceOf(repair);
  if (service === null) return null;
  return {
    kind: 'service',
    title: 'Start the service that should listen',
    where,
    text: command`${service} | Start-Service -PassThru`.text,
    note: 'A service that runs and still does not answer: look at its own log and at the port that it is set to.',
  };
}

/** Nothing at all came from these computers. */
export function isItUp({ computers }: Repair): RemedyModel {
  return {
    kind: 'exclude',
    title: 'First exclude that it is down',
    where: 'on a computer of the same network, in PowerShell',
    text: command`Test-Connection -Count 2 -ComputerName ${listLiteral(computers.slice(0, MAX_PINGED), ',', true)}`
      .text,
    note: 'An answer proves that it is up; none proves nothing, since it may drop pings: ask somebody who sees it.',
  };
}

/** What to look at before anything is changed. */
export function lookFirst(repair: Repair, where: string): RemedyModel | null {
  const listens = listening(repair);
  if (listens === null) return null;
  return {
    kind: 'exclude',
    title: 'First exclude that nothing listens there',
    where,
    text: listens.text,
    note: 'Nothing shown, or a service that is stopped: start it, no firewall rule mends that. Otherwise go on below.',
  };
}

function listening(repair: Repair): Literal | null {
  const { rule, ports } = repair;
  if (rule.proto === 'icmp') return null;
  if (rule.evidence === 'rpc') return serviceOf(repair);
  const list = listLiteral(ports.map(portLiteral), ',');
  return rule.proto === 'tcp'
    ? command`Get-NetTCPConnection -State Listen -LocalPort ${list}`
    : command`Get-NetUDPEndpoint -LocalPort ${list}`;
}

function serviceOf({ rule }: Repair): Literal | null {
  const name = quotedLiteral(rule.remedy.service);
  if (name !== null) return command`Get-Service -Name ${name}`;
  const title = quotedLiteral(rule.remedy.serviceTitle);
  return title === null ? null : command`Get-Service -DisplayName ${title}`;
}
