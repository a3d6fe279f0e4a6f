import test from 'ava';
import { loadPacks } from '../../src/rules/load.js';
import { RuleMatcher } from '../../src/rules/match.js';
import { flow } from './packs.js';

const SCM_INSTALL =
  'Service Control Manager Remote Protocol (RPC), Network Traffic Compression Service installation';
const COMPRESSION = 'Network Traffic Compression Service communications';

/** The page "User Activity Ports", row by row, with each port that the row names. */
const TABLE = [
  { ports: [9004], proto: 'tcp', from: 'computer', to: 'server', purpose: COMPRESSION },
  { ports: [9003], proto: 'tcp', from: 'server', to: 'computer', purpose: COMPRESSION },
  {
    ports: [139, 445],
    proto: 'tcp',
    from: 'server',
    to: 'computer',
    purpose: 'Service Control Manager Remote Protocol (RPC), remote registry',
  },
  {
    ports: [1024, 5000, 49152, 65535],
    proto: 'tcp',
    from: 'server',
    to: 'computer',
    purpose: 'Windows Management Instrumentation',
  },
  { ports: [135], proto: 'tcp', from: 'server', to: 'computer', purpose: SCM_INSTALL },
  { ports: [137, 138, 139], proto: 'udp', from: 'server', to: 'computer', purpose: SCM_INSTALL },
  { ports: [445], proto: 'tcp', from: 'server', to: 'computer', purpose: 'SMB 2.0/3.0, video files copy' },
  { ports: [], proto: 'icmp', from: 'server', to: 'computer', purpose: COMPRESSION },
] as const;

for (const [index, row] of TABLE.entries()) {
  const title = `row ${index + 1} of the User Activity table (${row.proto} ${row.ports.join(', ')}) is a rule`;
  test(title, async (t) => {
    const packs = await loadPacks({ files: [] });
    const rules = packs.find((pack) => pack.id === 'user-activity')?.rules ?? [];
    const ofRow = rules.filter(
      (rule) =>
        rule.proto === row.proto &&
        rule.from === row.from &&
        rule.to === row.to &&
        rule.purpose === row.purpose,
    );
    t.true(ofRow.length > 0);
    for (const port of row.ports) {
      t.true(
        ofRow.some((rule) => rule.ports.some(({ from, to }) => port >= from && port <= to)),
        `port ${port}`,
      );
    }
    if (row.from === 'server' && row.proto !== 'icmp') {
      for (const rule of ofRow) t.deepEqual(rule.sourcePorts.at(-1), { from: 1024, to: 65535 });
    }
    t.true(ofRow.every((rule) => rule.kind === 'required'));
  });
}

test('a flow of each row is given to the rule of its row', async (t) => {
  const matcher = new RuleMatcher(await loadPacks({ files: [] }));
  const expected = [
    [flow('tcp', 'computer', 'server', 9004), 'exact', 'ua-9004-in'],
    [flow('tcp', 'server', 'computer', 9003), 'exact', 'ua-9003'],
    [flow('tcp', 'server', 'computer', 139), 'exact', 'ua-smb-rpc'],
    [flow('tcp', 'server', 'computer', 445), 'exact', 'ua-smb-rpc'],
    [flow('tcp', 'server', 'computer', 49152), 'needs_evidence', 'ua-wmi-dynamic'],
    [flow('tcp', 'server', 'computer', 135), 'exact', 'ua-135'],
    [flow('udp', 'server', 'computer', 137), 'exact', 'ua-udp-137'],
    [flow('udp', 'server', 'computer', 137, 137), 'exact', 'ua-udp-137'],
    [flow('udp', 'server', 'computer', 138, 138), 'exact', 'ua-udp-138'],
    [flow('udp', 'server', 'computer', 139), 'exact', 'ua-udp-139'],
    [flow('icmp', 'server', 'computer', 0, 8), 'exact', 'ua-icmp'],
  ] as const;
  for (const [facts, kind, id] of expected) {
    const match = matcher.match(facts);
    t.is(match.kind, kind, id);
    t.is(match.rule?.id, id);
  }
});

test('445 shows that the port of the video copy works too, 139 does not', async (t) => {
  const matcher = new RuleMatcher(await loadPacks({ files: [] }));
  const ids = (port: number): string[] => matcher.requiredFor('tcp', port).map((rule) => rule.id);
  t.deepEqual(ids(445), ['ua-smb-rpc', 'ua-smb-video']);
  t.deepEqual(ids(139), ['ua-smb-rpc']);
  t.deepEqual(ids(9003), ['ua-9003']);
  t.deepEqual(ids(9004), ['ua-9004-in']);
  t.deepEqual(matcher.requiredFor('tcp', 9004, 'server'), []);
  t.deepEqual(ids(50000), []);
  t.deepEqual(
    matcher.requiredFor('icmp', 0).map((rule) => rule.id),
    ['ua-icmp'],
  );
});

test('what the matrix must know of the odd rows is in the rules', async (t) => {
  const [userActivity] = await loadPacks({ files: [] });
  const rule = (id: string) => userActivity?.rules.find((one) => one.id === id);
  t.true(rule('ua-udp-138')?.oneWay);
  t.true(rule('ua-udp-139')?.documentedOnly);
  t.is(rule('ua-smb-video')?.when, 'recording');
  t.is(rule('ua-wmi-dynamic')?.evidence, 'rpc');
  t.deepEqual(rule('ua-smb-rpc')?.ports, [
    { from: 139, to: 139 },
    { from: 445, to: 445 },
  ]);
});
