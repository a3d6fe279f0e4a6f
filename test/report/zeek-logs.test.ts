/** Zeek's logs of what the payload showed: header, fields, which rows they have, and hostile text in them. */
import test from 'ava';
import type { ReportModel } from '../../src/report/model/model.js';
import type {
  PayloadRow,
  RpcCallModel,
  SmbFileModel,
  SmbMappingModel,
} from '../../src/report/model/payload-model.js';
import { ZEEK_LOGS } from '../../src/report/zeek/logs.js';
import { zeekServices } from '../../src/report/zeek/service.js';
import { zeekText } from '../../src/report/zeek/tsv.js';
import { uid } from '../../src/report/zeek/uid.js';
import { collected } from './collect.js';
import { healthy } from './fixture.js';
import { ATTACKS } from './hostile.js';
import { FILE, flow, payload, stamp } from './parts.js';

const SVCCTL = '367abb81-9844-35f1-ad32-98f038001003';
const WINREG = '338cd001-2244-31f1-aaaa-900038001003';

function row(id: number): PayloadRow {
  return { flow: id, time: stamp(1.25), file: FILE, frame: 12 };
}

function call(more: Partial<RpcCallModel> = {}): RpcCallModel {
  return {
    ...row(3),
    uuid: SVCCTL,
    interfaceName: 'svcctl',
    opnum: 15,
    operation: 'OpenSCManagerW',
    transport: 'svcctl',
    secondaryAddress: '\\pipe\\ntsvcs',
    rtt: 0.00152,
    fault: -1,
    ...more,
  };
}

function mapping(more: Partial<SmbMappingModel> = {}): SmbMappingModel {
  return { ...row(3), path: '\\\\FILE01\\IPC$', shareType: 'PIPE', dialect: '3.1.1', status: 0, ...more };
}

function file(more: Partial<SmbFileModel> = {}): SmbFileModel {
  return {
    ...row(3),
    action: 'SMB::FILE_OPEN',
    name: 'a.txt',
    tree: '\\\\FILE01\\C$',
    pipe: false,
    size: 12,
    status: 0,
    ...more,
  };
}

function model(of: Parameters<typeof payload>[0]): ReportModel {
  return { ...healthy(), payload: payload(of) };
}

/** Rows as objects; fails the test when a row has not as many fields as the header. */
async function rowsOf(name: string, from: ReportModel): Promise<Record<string, string>[]> {
  const log = ZEEK_LOGS.find((one) => one.file === name);
  if (log === undefined) throw new Error(name);
  const lines = (await collected(log.write, from)).split('\n');
  const fields =
    lines
      .find((line) => line.startsWith('#fields\t'))
      ?.split('\t')
      .slice(1) ?? [];
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const cells = line.split('\t');
      if (cells.length !== fields.length) throw new Error(line);
      return Object.fromEntries(fields.map((field, i) => [field, cells[i] ?? '']));
    });
}

test('a call has the uid and the ends of its flow in conn.log, and the fields of Zeek in their order', async (t) => {
  const from = model({ rpcCalls: [call()] });
  const [connection] = (await rowsOf('conn.log', from)).slice(2);
  const rows = await rowsOf('dce_rpc.log', from);
  t.deepEqual(rows, [
    {
      ts: '1777627801.250000',
      uid: connection?.['uid'] ?? '',
      'id.orig_h': connection?.['id.orig_h'] ?? '',
      'id.orig_p': connection?.['id.orig_p'] ?? '',
      'id.resp_h': connection?.['id.resp_h'] ?? '',
      'id.resp_p': connection?.['id.resp_p'] ?? '',
      rtt: '0.001520',
      named_pipe: '\\\\pipe\\\\ntsvcs',
      endpoint: 'svcctl',
      operation: 'OpenSCManagerW',
      community_id: connection?.['community_id'] ?? '',
    },
  ]);
  t.is(rows[0]?.['uid'], uid(flow(3, 'established')));
});

test('calls that Zeek would not log have no row: unanswered, faults, unbound, and its list of noise', async (t) => {
  const from = model({
    rpcCalls: [
      call({ rtt: -1 }),
      call({ fault: 5 }),
      call({ uuid: '' }),
      call({ uuid: WINREG, opnum: 2 }),
      call({ opnum: 99 }),
    ],
  });
  const rows = await rowsOf('dce_rpc.log', from);
  t.deepEqual(
    rows.map((one) => one['operation']),
    ['unknown-99'],
  );
});

test('smb_mapping.log names the service of SMB1 shares only, and leaves refused ones out', async (t) => {
  const from = model({
    smbMappings: [
      mapping(),
      mapping({ dialect: 'NT LM 0.12', shareType: 'DISK', path: '\\\\FILE01\\C$' }),
      mapping({ status: 0xc0000022 }),
      mapping({ status: -1 }),
    ],
  });
  const rows = await rowsOf('smb_mapping.log', from);
  t.deepEqual(
    rows.map((one) => [one['path'], one['service'], one['native_file_system'], one['share_type']]),
    [
      ['\\\\\\\\FILE01\\\\IPC$', '-', '-', 'PIPE'],
      ['\\\\\\\\FILE01\\\\C$', 'A:', '-', 'DISK'],
    ],
  );
});

test('smb_files.log has files and no pipes, and an unknown size is unset', async (t) => {
  const from = model({
    smbFiles: [
      file(),
      file({ action: 'SMB::FILE_DELETE', size: -1 }),
      file({ pipe: true, action: 'SMB::PIPE_OPEN' }),
      file({ status: 0xc0000034 }),
    ],
  });
  const rows = await rowsOf('smb_files.log', from);
  t.deepEqual(
    rows.map((one) => [one['action'], one['size'], one['fuid'], one['times.changed']]),
    [
      ['SMB::FILE_OPEN', '12', '-', '-'],
      ['SMB::FILE_DELETE', '-', '-', '-'],
    ],
  );
});

test('ntlm.log tells success as T, F or unset; weird.log has rows without a flow', async (t) => {
  const who = { user: 'svc', domain: 'CORP', workstation: 'NAS01', serverNetbios: 'FILE01', serverDns: '' };
  const from = model({
    ntlm: [true, false, null].map((success) => ({ ...row(3), ...who, success })),
    weirds: [
      { ...row(-1), name: 'truncated_IP', count: 7 },
      { ...row(3), name: 'SMB_malformed_message', count: 1 },
    ],
  });
  const ntlm = await rowsOf('ntlm.log', from);
  t.deepEqual(
    ntlm.map((one) => one['success']),
    ['T', 'F', '-'],
  );
  t.like(ntlm[0], { username: 'svc', hostname: 'NAS01', server_dns_computer_name: '-' });
  const [packet, message] = await rowsOf('weird.log', from);
  t.like(packet, { uid: '-', 'id.orig_h': '-', name: 'truncated_IP', addl: 'seen 7 times in all' });
  t.like(message, { 'id.resp_p': '9003', name: 'SMB_malformed_message', addl: '-', notice: 'F' });
});

test('hostile text adds no field and no row', async (t) => {
  const from = model({
    rpcCalls: ATTACKS.map((attack) => call({ secondaryAddress: attack, uuid: SVCCTL })),
    smbMappings: ATTACKS.map((attack) => mapping({ path: attack })),
    smbFiles: ATTACKS.map((attack) => file({ name: attack, tree: attack })),
    ntlm: ATTACKS.map((attack) => ({
      ...row(3),
      user: attack,
      domain: attack,
      workstation: attack,
      serverNetbios: attack,
      serverDns: attack,
      success: null,
    })),
    weirds: ATTACKS.map((attack) => ({ ...row(3), name: attack, count: 1 })),
  });
  for (const { file: name } of ZEEK_LOGS) {
    if (name === 'conn.log') continue;
    t.is((await rowsOf(name, from)).length, ATTACKS.length, name);
  }
  const [first] = await rowsOf('smb_files.log', from);
  t.is(first?.['name'], zeekText(ATTACKS[0] ?? ''));
});

test('only conn.log is to be written when the payload showed nothing', (t) => {
  t.deepEqual(
    ZEEK_LOGS.filter(({ hasRows }) => hasRows(healthy())).map((one) => one.file),
    ['conn.log'],
  );
  const all = model({
    rpcCalls: [call()],
    smbMappings: [mapping()],
    smbFiles: [file()],
    weirds: [{ ...row(-1), name: 'truncated_IP', count: 1 }],
  });
  t.deepEqual(
    ZEEK_LOGS.filter(({ hasRows }) => hasRows(all)).map((one) => one.file),
    ['conn.log', 'dce_rpc.log', 'smb_mapping.log', 'smb_files.log', 'weird.log'],
  );
  t.false(ZEEK_LOGS[1]?.hasRows(model({ rpcCalls: [call({ rtt: -1 })] })));
});

test('conn.log calls services as Zeek does, adds what lies beside, and keeps a suspicion back', (t) => {
  const of = (service: string, proto: 'tcp' | 'udp', certainty: 'confirmed' | 'suspected' = 'confirmed') =>
    flow(1, 'established', { service, proto, serviceCertainty: certainty });
  t.deepEqual(zeekServices(of('krb', 'tcp'), []), ['krb_tcp']);
  t.deepEqual(zeekServices(of('krb', 'udp'), []), ['krb']);
  t.deepEqual(zeekServices(of('llmnr', 'udp'), []), ['dns']);
  t.deepEqual(zeekServices(of('smb', 'tcp'), ['dce_rpc', 'ntlm']), ['smb', 'dce_rpc', 'ntlm']);
  t.deepEqual(zeekServices(of('ssl', 'tcp'), ['ssl']), ['ssl']);
  t.deepEqual(zeekServices(of('dotnet_remoting', 'tcp'), []), ['dotnet_remoting']);
  t.deepEqual(zeekServices(of('rdp', 'tcp', 'suspected'), []), []);
});
