import test from 'ava';
import { loadPacks } from '../../src/rules/load.js';
import { RuleMatcher } from '../../src/rules/match.js';
import { flow } from './packs.js';

type Row = readonly [string, 'in' | 'out', 'tcp' | 'udp', readonly number[]];

/** The vendor's rows for the other modules; `in` = to the Netwrix Auditor Server. 50000 stands for "dynamic". */
const ROWS: readonly Row[] = [
  ['remote console', 'in', 'tcp', [135, 50000]],
  ['User Activity', 'in', 'tcp', [9004]],
  ['traffic compression', 'in', 'tcp', [9011]],
  ['Integration API', 'in', 'tcp', [9699]],
  ['partner portal', 'out', 'tcp', [443]],
  ['reports', 'in', 'tcp', [80, 443]],
  ['reports', 'out', 'tcp', [80, 443]],
  ['audit database', 'out', 'tcp', [1433, 50000]],
  ['audit database', 'out', 'udp', [1434]],
  ['file share', 'out', 'tcp', [445]],
  ['notifications', 'out', 'tcp', [25, 465, 587]],
  ['DNS', 'out', 'tcp', [53]],
  ['DNS', 'out', 'udp', [53]],
  ['domain controllers', 'out', 'tcp', [389, 3268, 3269, 88, 445, 135, 50000, 464, 636]],
  ['domain controllers', 'out', 'udp', [389, 88, 123, 464]],
  ['AD FS and Logon Activity', 'out', 'udp', [137, 138, 139]],
  ['AD FS and Exchange', 'out', 'tcp', [5985, 5986, 80, 443]],
  ['Windows servers', 'out', 'tcp', [135, 139, 445, 50000]],
  ['SharePoint', 'out', 'udp', [137, 138, 445]],
  ['SharePoint', 'out', 'tcp', [139, 445]],
  ['Oracle', 'out', 'tcp', [1521, 2484]],
  ['VMware', 'out', 'tcp', [443]],
  ['Isilon', 'out', 'tcp', [8080]],
  ['Nutanix', 'in', 'tcp', [9898]],
  ['syslog', 'in', 'udp', [514]],
  ['syslog', 'in', 'tcp', [514]],
  ['Microsoft 365', 'out', 'tcp', [80, 443]],
  ['Entra ID', 'out', 'udp', [80, 443]],
  ['add-ons', 'out', 'udp', [53, 514, 137, 138]],
  ['add-ons', 'out', 'tcp', [53, 443, 515, 135, 139, 445, 50000]],
];

for (const [what, direction, proto, ports] of ROWS) {
  test(`${what}, ${direction}, ${proto} ${ports.join(', ')} is covered without User Activity`, async (t) => {
    const packs = await loadPacks({ files: [] });
    const others = packs.filter((pack) => pack.kind === 'known');
    for (const matcher of [new RuleMatcher(packs), new RuleMatcher(others)]) {
      for (const port of ports) {
        const facts =
          direction === 'in'
            ? flow(proto, 'computer', 'server', port)
            : flow(proto, 'server', 'computer', port);
        const expected = port === 50000 ? 'needs_evidence' : 'exact';
        t.is(matcher.match(facts).kind, expected, `port ${port}`);
      }
    }
  });
}
