import { PassThrough } from 'node:stream';
import test from 'ava';
import { type RulesArguments, rulesCommand } from '../../src/cli/commands/rules.js';
import { packFile, packText } from '../rules/packs.js';

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(args: RulesArguments, terminal = false): Promise<Run> {
  const stdout = Object.assign(new PassThrough(), { isTTY: terminal });
  const stderr = new PassThrough();
  const code = await rulesCommand(args, { stdout, stderr });
  const text = (stream: PassThrough): string => String(stream.read() ?? '');
  return { code, out: text(stdout), err: text(stderr) };
}

const RDP = 'id: rdp, proto: tcp, ports: [5405], from: computer, to: server';

test('list shows every pack and rule as plain columns when it is not a terminal', async (t) => {
  const { code, out, err } = await run({ action: 'list', rules: [] });
  t.is(code, 0);
  t.is(err, '');
  t.regex(out, /^user-activity: Netwrix Auditor User Activity \(required, version 10\.8, built in\)$/m);
  t.regex(out, /^ua-smb-rpc +TCP 139 or 445 +server → computer +always +139\/445$/m);
  t.regex(out, /^ua-udp-139 +UDP 139 +server → computer +documented only +139 udp$/m);
  t.regex(out, /^bg-icmp +ICMP +any → any/m);
  t.notRegex(out, /[│─]|(?!\n)\p{Cc}/u);
});

test('list draws a table on a terminal and follows the port options', async (t) => {
  const { out } = await run({ action: 'list', rules: [], serverPort: 19004 }, true);
  t.regex(out, /│ ua-9004-in +│ TCP 19004 +│/);
});

test('list writes the packs as JSON', async (t) => {
  const { out } = await run({ action: 'list', rules: [], json: true });
  const packs = JSON.parse(out) as { id: string; rules: { id: string }[] }[];
  t.is(packs[0]?.id, 'user-activity');
  t.is(packs[0]?.rules[0]?.id, 'ua-9004-in');
});

test('show tells everything about a rule', async (t) => {
  const { code, out } = await run({ action: 'show', target: 'ua-9003', rules: [] });
  t.is(code, 0);
  for (const words of [
    'Network Traffic Compression Service communications',
    'TCP 9003',
    'server → computer',
    '1024-65535',
    'Not Responding after install',
    'inbound TCP 9003',
    'UAVRAgent.exe',
    'dotnet_remoting',
  ]) {
    t.true(out.includes(words), words);
  }
  t.false(out.includes('ua-9004-in'));
});

test('show tells everything about a pack', async (t) => {
  const { out } = await run({ action: 'show', target: 'user-activity', rules: [] });
  t.is(out.match(/^ua-/gm)?.length, 10);
});

test('show finds rules by the label of their column, all that match, whatever its case', async (t) => {
  const { code, out } = await run({ action: 'show', target: '9003', rules: [] });
  t.is(code, 0);
  t.true(out.includes('ua-9003') && out.includes('Network Traffic Compression Service'));
  const both = await run({ action: 'show', target: '445 VIDEO', rules: [] });
  t.true(both.out.includes('ua-smb-video'), both.err);
});

test('show of an unknown id suggests the nearest and ends with 2', async (t) => {
  const { code, out, err } = await run({ action: 'show', target: 'ua-903', rules: [] });
  t.is(code, 2);
  t.is(out, '');
  t.regex(err, /"ua-903" - did you mean "ua-9003"\?/);
  t.is((await run({ action: 'show', rules: [] })).code, 2);
});

test('check counts the rules of a pack that is right', async (t) => {
  const file = packFile(t, packText('known', [RDP]));
  const { code, out, err } = await run({ action: 'check', target: file, rules: [] });
  t.deepEqual([code, out, err], [0, `${file}: ok: 1 rule\n`, '']);
});

test('check names all faults and ends with 2', async (t) => {
  const file = packFile(t, packText('known', [RDP.replace('5405', '70000'), RDP.replace('tcp', 'tpc')]));
  const { code, out, err } = await run({ action: 'check', target: file, rules: [] });
  t.is(code, 2);
  t.is(out, '');
  t.is(err.trimEnd().split('\n').length, 2);
  t.true(err.startsWith(`${file}:6:`));
  const json = await run({ action: 'check', target: file, rules: [], json: true });
  t.is((JSON.parse(json.out) as { errors: unknown[] }).errors.length, 2);
  t.is((await run({ action: 'check', rules: [] })).code, 2);
});

test('check warns of rules that never or only partly get a flow', async (t) => {
  const file = packFile(
    t,
    packText('known', [
      'id: my-smb, proto: tcp, ports: [445], from: server, to: computer',
      'id: my-web, proto: tcp, ports: [8444, 443], from: server, to: computer',
      'id: my-wide, proto: tcp, ports: [1-2000], from: server, to: computer',
    ]),
  );
  const { code, err } = await run({ action: 'check', target: file, rules: [] });
  t.is(code, 0);
  t.regex(err, /rule my-smb of mine never gets a flow, because these go first: ua-smb-rpc of user-activity/);
  t.regex(err, /rule my-web of mine yields some ports to: nx-ssrs-out of netwrix-core \(e\.g\. port 443\)/);
  t.notRegex(err, /my-wide/);
});

test('no control character of a pack reaches the terminal', async (t) => {
  const evil = '"\\e]0;owned\\a\\u202e\\u009b31m\\r"';
  const text = packText('known', [RDP.replace('id: rdp', `id: rdp, note: ${evil}`)]).replace('Mine', evil);
  const file = packFile(t, text);
  for (const args of [
    { action: 'list', rules: [file] },
    { action: 'list', rules: [file], json: true },
    { action: 'show', target: 'rdp', rules: [file] },
    { action: 'show', target: 'rdp', rules: [file], json: true },
    { action: 'show', target: '\u001b[31m', rules: [] },
    { action: 'check', target: file, rules: [] },
  ] as const) {
    const { out, err } = await run(args);
    t.notRegex(out + err, /(?!\n)[\p{Cc}\p{Cf}]/u);
  }
});
