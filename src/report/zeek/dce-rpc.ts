/**
 * Calls as Zeek's dce_rpc.log (Zeek scripts/base/protocols/dce-rpc/main.zeek). As there, a call has a row when it was
 * answered and its interface is known, and a fault is no answer; operations that Zeek leaves out as noise are left
 * out too.
 */
import { zeekEndpoint } from '../../recognise/dcerpc/rpc-interfaces.js';
import { zeekOperation } from '../../recognise/dcerpc/rpc-operations.js';
import type { ReportModel } from '../model/model.js';
import type { RpcCallModel } from '../model/payload-model.js';
import type { Sink } from '../write/sink.js';
import { withConnection } from './connection.js';
import { UNSET, writeLog, zeekText } from './tsv.js';

/** Zeek's default `DCE_RPC::ignored_operations`. */
const IGNORED: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'winreg',
    new Set([
      'BaseRegCloseKey',
      'BaseRegGetVersion',
      'BaseRegOpenKey',
      'BaseRegQueryValue',
      'BaseRegDeleteKeyEx',
      'OpenLocalMachine',
      'BaseRegEnumKey',
      'OpenClassesRoot',
    ]),
  ],
  ['spoolss', new Set(['RpcSplOpenPrinter', 'RpcClosePrinter'])],
  ['wkssvc', new Set(['NetrWkstaGetInfo'])],
]);

function isLogged(call: RpcCallModel): boolean {
  if (call.uuid === '' || call.rtt < 0 || call.fault >= 0) return false;
  return IGNORED.get(zeekEndpoint(call.uuid))?.has(zeekOperation(call.uuid, call.opnum)) !== true;
}

export function* dceRpcRows(model: ReportModel): Generator<RpcCallModel> {
  for (const call of model.payload.rpcCalls) if (isLogged(call)) yield call;
}

export async function writeDceRpc(model: ReportModel, sink: Sink): Promise<void> {
  await writeLog<RpcCallModel>(
    model,
    sink,
    'dce_rpc',
    withConnection(model, [
      ['rtt', 'interval', (call) => (call.rtt > 0 ? call.rtt.toFixed(6) : UNSET)],
      ['named_pipe', 'string', (call) => zeekText(call.secondaryAddress)],
      ['endpoint', 'string', (call) => zeekText(zeekEndpoint(call.uuid))],
      ['operation', 'string', (call) => zeekText(zeekOperation(call.uuid, call.opnum))],
    ]),
    dceRpcRows(model),
  );
}
