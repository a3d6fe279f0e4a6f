import test from 'ava';
import { loadPacks } from '../../src/rules/load.js';
import { RuleMatcher } from '../../src/rules/match.js';
import type { FlowFacts, Match } from '../../src/rules/words/rule.js';
import { flow, packFile, packText } from './packs.js';

type Row = readonly [string, FlowFacts, Match['kind'], string | undefined];

const OTHERS: Pick<FlowFacts, 'origIsServer' | 'respIsServer'> = { origIsServer: false, respIsServer: false };
const BUILT_IN: readonly Row[] = [
  ['a known service', flow('udp', 'server', 'computer', 53), 'exact', 'dom-dns-udp'],
  ['another module', flow('tcp', 'computer', 'server', 9011), 'exact', 'nx-compression'],
  ['the console at 135', flow('tcp', 'computer', 'server', 135), 'exact', 'nx-console-135'],
  ['a NetBIOS broadcast', flow('udp', 'server', 'broadcast', 137, 137), 'exact', 'bg-nbns-broadcast'],
  ['any broadcast', flow('udp', 'computer', 'broadcast', 17500), 'exact', 'bg-broadcast'],
  ['mDNS', flow('udp', 'computer', 'multicast', 5353), 'exact', 'bg-mdns-multicast'],
  ['any multicast', flow('udp', 'server', 'multicast', 4000), 'exact', 'bg-multicast'],
  [
    'a multicast that is no rule by its port',
    flow('udp', 'server', 'multicast', 137),
    'exact',
    'bg-multicast',
  ],
  ['an LLMNR answer', flow('udp', 'computer', 'server', 51000, 5355), 'exact', 'bg-llmnr-answer'],
  ['a name query to this server', flow('udp', 'computer', 'server', 137, 137), 'exact', 'bg-nbns'],
  ['9003 from a low port', flow('tcp', 'server', 'computer', 9003, 1023), 'source_port', 'ua-9003'],
  ['9003 from the first port', flow('tcp', 'server', 'computer', 9003, 1024), 'exact', 'ua-9003'],
  ['9003 from a computer', flow('tcp', 'computer', 'server', 9003), 'wrong_direction', 'ua-9003'],
  ['9004 from the server', flow('tcp', 'server', 'computer', 9004), 'wrong_direction', 'ua-9004-in'],
  ['445 from a computer', flow('tcp', 'computer', 'server', 445), 'exact', 'mg-smb-in'],
  ['a dynamic port', flow('tcp', 'server', 'computer', 49700), 'needs_evidence', 'ua-wmi-dynamic'],
  [
    'a dynamic port from a low port',
    flow('tcp', 'server', 'computer', 49700, 80),
    'needs_evidence',
    'nx-sql-dynamic',
  ],
  [
    'a dynamic port of this server',
    flow('tcp', 'computer', 'server', 49700),
    'needs_evidence',
    'nx-console-dynamic',
  ],
  ['a low port without a rule', flow('tcp', 'server', 'computer', 23), 'none', undefined],
  ['9003 by UDP', flow('udp', 'server', 'computer', 9003), 'none', undefined],
  ['9003 within this server', { ...flow('tcp', 'server', 'server', 9003) }, 'none', undefined],
  ['9003 between others', { ...flow('tcp', 'server', 'computer', 9003), ...OTHERS }, 'none', undefined],
  ['445 between others', { ...flow('tcp', 'server', 'computer', 445), ...OTHERS }, 'none', undefined],
  [
    'Kerberos between others',
    { ...flow('tcp', 'server', 'computer', 88), ...OTHERS },
    'exact',
    'dom-krb-tcp',
  ],
  ['an echo request', flow('icmp', 'server', 'computer', 0, 8), 'exact', 'ua-icmp'],
  ['an ICMPv6 echo request', flow('icmp', 'server', 'computer', 0, 128), 'exact', 'ua-icmp'],
  ['an echo request of a computer', flow('icmp', 'computer', 'server', 0, 8), 'exact', 'bg-icmp'],
  ['an echo reply', flow('icmp', 'server', 'computer', 0, 0), 'exact', 'bg-icmp'],
  ['an unreachable message', flow('icmp', 'server', 'computer', 1, 3), 'exact', 'bg-icmp'],
  ['a neighbour solicitation', flow('icmp', 'computer', 'multicast', 0, 135), 'exact', 'bg-icmp-multicast'],
  ['a port that is none', flow('tcp', 'server', 'computer', 70000), 'none', undefined],
];

for (const [what, facts, kind, id] of BUILT_IN) {
  test(`${what} is ${kind} ${id ?? ''}`.trim(), async (t) => {
    const match = new RuleMatcher(await loadPacks({ files: [] })).match(facts);
    t.is(match.kind, kind);
    t.is(match.rule?.id, id);
  });
}

test('each step of the order decides when those before it are gone', async (t) => {
  const steps: readonly (readonly [string, string, string, Match['kind']])[] = [
    ['required', 'exact-required', 'from: server, to: computer, ports: [2000]', 'exact'],
    ['known', 'exact-known', 'from: server, to: computer, ports: [2000]', 'exact'],
    ['background', 'exact-background', 'from: any, to: any, ports: [2000]', 'exact'],
    ['required', 'bad-source', 'from: server, to: computer, ports: [2000], source_ports: [9]', 'source_port'],
    ['required', 'reverse', 'from: computer, to: server, ports: [2000]', 'wrong_direction'],
    ['required', 'rpc', 'from: server, to: computer, ports: [1024-65535], evidence: rpc', 'needs_evidence'],
    [
      'known',
      'rpc-known',
      'from: server, to: computer, ports: [1024-65535], evidence: rpc',
      'needs_evidence',
    ],
  ];
  for (let first = 0; first < steps.length; first++) {
    // Reversed, so that the order of the packs cannot be what decides.
    const files = steps
      .slice(first)
      .reverse()
      .map(([kind, id, fields]) =>
        packFile(t, packText(kind, [`id: ${id}, proto: tcp, ${fields}`], `p-${id}`)),
      );
    const matcher = new RuleMatcher(await loadPacks({ files, builtIn: false }));
    const match = matcher.match(flow('tcp', 'server', 'computer', 2000));
    t.is(match.rule?.id, steps[first]?.[1]);
    t.is(match.kind, steps[first]?.[3] ?? 'none');
  }
  t.is(new RuleMatcher([]).match(flow('tcp', 'server', 'computer', 2000)).kind, 'none');
});

test('within a step the narrowest range wins, then the earlier pack, then the earlier rule', async (t) => {
  const end = 'proto: tcp, from: server, to: computer';
  const files = [
    packFile(
      t,
      packText('known', [`id: wide, ${end}, ports: [1-3000]`, `id: first, ${end}, ports: [2000]`], 'p1'),
    ),
    packFile(t, packText('known', [`id: second, ${end}, ports: [2000, 2001]`], 'p2')),
  ];
  const matcher = new RuleMatcher(await loadPacks({ files, builtIn: false }));
  const winner = (port: number): string | undefined =>
    matcher.match(flow('tcp', 'server', 'computer', port)).rule?.id;
  t.is(winner(1999), 'wide');
  t.is(winner(2000), 'first');
  t.is(winner(2001), 'second');
  t.is(winner(3000), 'wide');
  t.is(winner(3001), undefined);
});

test('a rule whose source port does not fit leaves the flow to the next one', async (t) => {
  const end = 'proto: udp, from: any, to: any, ports: [1024-65535]';
  const file = packFile(
    t,
    packText('background', [
      `id: a, ${end}, source_ports: [1900, 5355-5356]`,
      `id: b, ${end}, source_ports: [3702]`,
    ]),
  );
  const matcher = new RuleMatcher(await loadPacks({ files: [file], builtIn: false }));
  const winner = (origPort: number): string | undefined =>
    matcher.match(flow('udp', 'computer', 'server', 50000, origPort)).rule?.id;
  t.deepEqual([1900, 5355, 5356, 3702, 5357].map(winner), ['a', 'a', 'a', 'b', undefined]);
});

test('every port of every rule is matched by some rule in its own direction', async (t) => {
  const packs = await loadPacks({ files: [] });
  const matcher = new RuleMatcher(packs);
  for (const rule of packs.flatMap((pack) => pack.rules)) {
    const from = rule.from === 'server' ? 'server' : 'computer';
    const to = rule.to === 'any' ? 'server' : rule.to;
    const origPort = rule.proto === 'icmp' ? 8 : (rule.sourcePorts.at(-1)?.to ?? 50000);
    for (const port of rule.ports.flatMap((range) => [range.from, range.to])) {
      t.not(matcher.match(flow(rule.proto, from, to, port, origPort)).kind, 'none', `${rule.id} ${port}`);
    }
  }
});

test('required rules keep the order of the pack, for the columns of the matrix', async (t) => {
  const { requiredRules } = new RuleMatcher(await loadPacks({ files: [] }));
  t.deepEqual(
    requiredRules.map((rule) => rule.id),
    [
      'ua-9004-in',
      'ua-9003',
      'ua-smb-rpc',
      'ua-wmi-dynamic',
      'ua-135',
      'ua-udp-137',
      'ua-udp-138',
      'ua-udp-139',
      'ua-smb-video',
      'ua-icmp',
    ],
  );
});

test('the same match object comes back, so that a look-up allocates nothing', async (t) => {
  const matcher = new RuleMatcher(await loadPacks({ files: [] }));
  const facts = flow('tcp', 'server', 'computer', 9003);
  t.is(matcher.match(facts), matcher.match({ ...facts, origPort: 50001 }));
});
