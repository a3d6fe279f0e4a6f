/** The changes that would mend a fault: the commands word by word, and that nothing foreign gets into them. */
import test from 'ava';
import {
  MAX_REMEDIES,
  MAX_REMEDY_ADDRESSES,
  Remedies,
} from '../../../src/report/assemble/remedies/remedies.js';
import {
  addressLiteral,
  idLiteral,
  numberLiteral,
  portLiteral,
  quotedLiteral,
} from '../../../src/report/assemble/remedies/remedy-literal.js';
import type { RemedyGroupModel } from '../../../src/report/model/model.js';
import { loadPacks } from '../../../src/rules/load.js';
import { RuleMatcher } from '../../../src/rules/match.js';
import { isRequired } from '../../../src/report/assemble/verdicts/verdicts.js';
import { findCauses } from '../../../src/verdict/causes/find-causes.js';
import type { Located } from '../../../src/verdict/locate/located.js';
import type { Location } from '../../../src/verdict/words/words.js';
import { packFile, packText } from '../../rules/packs.js';
import { matcher, NAS, PC, Scene } from '../../verdict/scene.js';

const NAS6 = 'fd00:20::10';
const PC6 = 'fd00:20:1::21';

function groups(scene: Scene, location: Location, use = matcher): readonly RemedyGroupModel[] {
  const judgement = scene.judge([NAS, NAS6], use);
  const { verdicts } = judgement;
  const locate = (): Located => ({ location, confidence: 'medium', steps: [] });
  const causes = findCauses({ verdicts, locate, groupOf: () => '', isRequired });
  return new Remedies(scene.trace.table, verdicts, causes, locate).list;
}

/** 'kind: text' of the changes of the one fault of the rule. */
function lines(scene: Scene, location: Location, rule: string, use = matcher): string[] {
  const found = groups(scene, location, use).filter((one) => one.rule === rule);
  return found.flatMap(({ remedies }) => remedies.map(({ kind, text }) => `${kind}: ${text}`));
}

test('an inbound port that this server drops: its own firewall, by the local port and scoped to the computers', (t) => {
  const scene = new Scene().tcp(PC, NAS, 9004, 'silent').tcp('10.0.1.2', NAS, 9004, 'silent');
  t.deepEqual(lines(scene, 'this_server', 'ua-9004-in'), [
    `windows_rule: New-NetFirewallRule -DisplayName 'portwitness ua-9004-in' -Direction Inbound -Action Allow -Protocol TCP -LocalPort 9004 -RemoteAddress '10.0.1.1','10.0.1.2'`,
    `service: Get-Service -DisplayName 'Netwrix Auditor User Activity Audit Service' | Start-Service -PassThru`,
    'change_request: Allow from the monitored computers to the Netwrix Auditor Server; source: 10.0.1.1, 10.0.1.2; destination: 10.0.0.10; protocol: TCP; destination port: 9004; answers of the same connection back; reason: Network Traffic Compression Service communications.',
  ]);
});

test('what the originator itself stops is let out by the remote port', (t) => {
  const inbound = new Scene().tcp(PC, NAS, 9004, 'silent');
  t.is(
    lines(inbound, 'remote_host', 'ua-9004-in')[0],
    `windows_rule: New-NetFirewallRule -DisplayName 'portwitness ua-9004-in' -Direction Outbound -Action Allow -Protocol TCP -RemotePort 9004 -RemoteAddress '10.0.0.10'`,
  );
  const dynamic = new Scene().tcp(NAS, PC, 135).tcp(NAS, PC, 49_700, 'silent', 1);
  t.regex(
    lines(dynamic, 'this_server', 'ua-wmi-dynamic')[0] ?? '',
    /-Direction Outbound .* -RemotePort 49152-65535 -RemoteAddress '10\.0\.1\.1'$/,
  );
});

test('on the computer: the built-in group, then a rule for the program and this server alone', (t) => {
  const scene = new Scene().tcp(NAS, PC, 135, 'refused').tcp(NAS, PC, 9003);
  t.deepEqual(lines(scene, 'remote_host', 'ua-135').slice(0, 4), [
    'exclude: Get-NetTCPConnection -State Listen -LocalPort 135',
    `service: Get-Service -Name 'RpcSs' | Start-Service -PassThru`,
    `windows_group: Enable-NetFirewallRule -Group '@FirewallAPI.dll,-34251','@FirewallAPI.dll,-29502'`,
    String.raw`windows_rule: New-NetFirewallRule -DisplayName 'portwitness ua-135' -Direction Inbound -Action Allow -Protocol TCP -LocalPort 135 -Program '%SystemRoot%\System32\svchost.exe' -Service 'RpcSs' -RemoteAddress '10.0.0.10'`,
  ]);
});

test('on the way: nftables, Azure and a change request, with alternatives as ports of one rule', (t) => {
  const scene = new Scene().tcp(NAS, PC, 139, 'silent').tcp(NAS, PC, 445, 'silent').tcp(NAS, PC, 9003);
  t.deepEqual(lines(scene, 'path', 'ua-smb-rpc').slice(0, 2), [
    `nftables: nft 'insert rule inet filter forward ip saddr 10.0.0.10 ip daddr 10.0.1.1 tcp dport { 139, 445 } accept'`,
    `azure_nsg: az network nsg rule create --resource-group RESOURCE_GROUP --nsg-name NSG --name portwitness-ua-smb-rpc --priority 200 --direction Inbound --access Allow --protocol Tcp --source-address-prefixes 10.0.0.10 --source-port-ranges '*' --destination-address-prefixes 10.0.1.1 --destination-port-ranges 139 445`,
  ]);
});

test('where the place is not known, what can be excluded comes first: a port that does not listen, or a computer that is down', (t) => {
  const up = new Scene().tcp(NAS, PC, 9003, 'silent').tcp(NAS, PC, 135);
  t.is(lines(up, 'unknown', 'ua-9003')[0], 'exclude: Get-NetTCPConnection -State Listen -LocalPort 9003');
  t.is(
    lines(new Scene().tcp(NAS, PC, 9003, 'silent'), 'unknown', 'ua-9003')[0],
    "exclude: Test-Connection -Count 2 -ComputerName '10.0.1.1'",
  );
});

test('dynamic ports are opened as RPC ports in Windows and as the range of Windows elsewhere', (t) => {
  const scene = new Scene().tcp(NAS, PC, 135).tcp(NAS, PC, 49_700, 'silent', 1);
  const found = lines(scene, 'unknown', 'ua-wmi-dynamic');
  t.is(found[0], "exclude: Get-Service -Name 'Winmgmt'");
  t.true(found.some((line) => line.startsWith('windows_rule') && line.includes(' -LocalPort RPC ')));
  t.true(found.some((line) => line.startsWith('nftables') && line.includes(' dport 49152-65535 ')));
  const low = new Scene().tcp(NAS, PC, 135).tcp(NAS, PC, 2100, 'silent', 1);
  t.true(lines(low, 'path', 'ua-wmi-dynamic')[0]?.includes(' dport 1024-65535 '));
});

test('IPv6 has its own words, and no command mixes both versions', (t) => {
  const scene = new Scene()
    .ping(NAS6, PC6, false)
    .ping(NAS, PC, false)
    .tcp(NAS6, PC6, 9003)
    .tcp(NAS, PC, 9003);
  const found = groups(scene, 'unknown').filter(({ rule }) => rule === 'ua-icmp');
  t.is(found.length, 1, 'one cause has one remedy');
  const six = found
    .flatMap(({ remedies }) => remedies.map(({ text }) => text))
    .filter((text) => text.includes(PC6));
  t.true(six.some((text) => text.includes(`ip6 saddr ${NAS6} ip6 daddr ${PC6} icmpv6 type echo-request`)));
  t.false(six.some((text) => text.startsWith('az ') || text.includes(PC)));
  const rules = found.flatMap(({ remedies }) => remedies).filter(({ kind }) => kind === 'windows_rule');
  t.true(rules.some(({ text }) => text.includes(`-Protocol ICMPv6 -IcmpType 128 -RemoteAddress '${NAS6}'`)));
  t.true(rules.some(({ text }) => text.includes(`-Protocol ICMPv4 -IcmpType 8 -RemoteAddress '${NAS}'`)));
});

test('computers with the same fault share one command; past the limit they are counted', (t) => {
  const scene = new Scene();
  const n = MAX_REMEDY_ADDRESSES + 7;
  // Every second address, so that none can be joined.
  for (let i = 0; i < n; i++) scene.tcp(`10.0.${2 + (i >> 7)}.${2 * (i & 127)}`, NAS, 9004, 'silent');
  const [one, ...others] = groups(scene, 'this_server');
  t.deepEqual(others, []);
  t.like(one, { computers: n, addressesOmitted: n });
  t.is(one?.remedies[0]?.text.match(/'10\.0\.\d+\.\d+'/g)?.length, MAX_REMEDY_ADDRESSES);
});

test('past the limit kinds of faults have no remedy, and are counted', (t) => {
  const scene = new Scene();
  const n = MAX_REMEDIES + 3;
  for (let i = 0; i < n; i++) scene.tcp(`10.0.${2 + (i >> 7)}.${i & 127}`, NAS, 9004, 'silent');
  const { verdicts } = scene.judge();
  const locate = (): Located => ({ location: 'this_server', confidence: 'medium', steps: [] });
  const [cause] = findCauses({ verdicts, locate, groupOf: () => '', isRequired });
  // As if each computer had a cause of its own.
  const causes = cause!.cells.map((cell) => ({ ...cause!, cells: [cell] }));
  const found = new Remedies(scene.trace.table, verdicts, causes, locate);
  t.deepEqual([found.list.length, found.changes.length, found.omitted], [MAX_REMEDIES, MAX_REMEDIES, 3]);
  t.deepEqual(
    [0, MAX_REMEDIES - 1, MAX_REMEDIES].map((at) => found.of(verdicts[causes[at]!.cells[0]!]!)),
    [0, MAX_REMEDIES - 1, -1],
  );
});

test('nothing but canonical addresses, numbers and harmless words of a pack can be a piece of a command', (t) => {
  t.is(addressLiteral('FD00:0:0::1')?.text, 'fd00::1');
  for (const text of [
    '10.0.0.1; reboot',
    "10.0.0.1'",
    'ws01',
    '',
    '10.0.0.01',
    'fe80::1%eth0',
    '10.0.0.1\n',
  ]) {
    t.is(addressLiteral(text), null, text);
  }
  t.is(numberLiteral(445.9).text, '445');
  t.is(portLiteral({ from: 1, to: 2 }).text, '1-2');
  for (const text of ["it's", 'a"b', 'a`b', 'a\u2019b', 'a\nb', 'a|b', '<x>', ''])
    t.is(quotedLiteral(text), null);
  t.is(quotedLiteral('%ProgramFiles(x86)%\\A b\\c.exe')?.text, "'%ProgramFiles(x86)%\\A b\\c.exe'");
  t.is(idLiteral('a b'), null);
});

test('what a pack of the user says enters a command only where it is harmless', async (t) => {
  const rule = (program: string): string =>
    `id: mine, proto: tcp, ports: [7000], from: server, to: computer, remedy: { program: "${program}" }`;
  const commands = async (program: string): Promise<string> => {
    const file = packFile(t, packText('required', [rule(program)], 'own'));
    const use = new RuleMatcher(await loadPacks({ files: [file], builtIn: false }));
    return lines(
      new Scene().tcp(NAS, PC, 7000, 'silent').tcp(NAS, PC, 7000, 'refused', 9),
      'remote_host',
      'mine',
      use,
    ).join('\n');
  };
  t.regex(await commands('C:\\\\Backup\\\\agent.exe'), /-Program 'C:\\Backup\\agent\.exe' -Remote/);
  for (const program of ["C:\\\\x' ; Remove-Item C:\\\\", '...\\\\agent.exe', 'agent']) {
    const text = await commands(program);
    t.notRegex(text, /-Program|Remove-Item/, program);
    t.regex(text, /-LocalPort 7000/);
  }
});
