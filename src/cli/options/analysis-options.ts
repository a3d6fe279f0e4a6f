/** What the options of `analyze` mean, on the command line and in the page, and what is said of its inputs. */
import type { AnalysisOptions } from '../../analysis.js';
import { UsageError } from '../../capture/bytes/usage-error.js';
import type { CaptureFile } from '../../capture/frames/frame.js';
import { loadPacks } from '../../rules/load.js';
import { DEFAULT_ANSWER_WAIT_SECONDS } from '../../verdict/flows/outcome.js';
import { MAX_LOGS } from '../../verdict/firewall/limits.js';
import { loadInventory } from '../../verdict/inventory/inventory-file.js';
import type { Inventory } from '../../verdict/inventory/inventory-file.js';
import {
  DEFAULT_AGENT_PORT,
  DEFAULT_SERVER_PORT,
  addresses,
  bytes,
  count,
  port,
  seconds,
  several,
  single,
  thresholds,
  utcOffset,
} from './arguments.js';

/** Values by the name of their option. */
export type OptionWords = Readonly<Record<string, unknown>>;

/**
 * Reads the values, the list of computers and the rule packs.
 * @throws UsageError, InventoryError, RulePackError with a message for the user
 */
export async function analysisOptionsOf(options: OptionWords): Promise<Omit<AnalysisOptions, 'inputs'>> {
  const agentPort = port('agent-port', options['agent-port'], DEFAULT_AGENT_PORT);
  const serverPort = port('server-port', options['server-port'], DEFAULT_SERVER_PORT);
  const hosts = single('hosts', options['hosts']);
  const maxFlows = count('max-flows', options['max-flows'], 1);
  const limits = thresholds('threshold', options['threshold']);
  const maxDecompressed = bytes('max-decompressed', options['max-decompressed']);
  const etlComponent = count('etl-component', options['etl-component'], 0);
  return {
    server: addresses('server', options['server']),
    agentPort,
    serverPort,
    answerWait: seconds('answer-wait', options['answer-wait'], DEFAULT_ANSWER_WAIT_SECONDS),
    inventory: hosts === undefined ? null : await loadInventory(hosts),
    ...(maxFlows === undefined ? {} : { maxFlows }),
    ...(etlComponent === undefined ? {} : { etlComponent }),
    ...(maxDecompressed === undefined ? {} : { maxDecompressed }),
    ...(await firewallLogsOf(options)),
    ...(limits === undefined ? {} : { thresholds: limits }),
    packs: await loadPacks({ files: several('rules', options['rules'], false), agentPort, serverPort }),
  };
}

/** Whether each is such a log is found out before the first packet is read. */
async function firewallLogsOf(options: OptionWords): Promise<Pick<AnalysisOptions, 'firewallLogs'>> {
  const paths = several('firewall-log', options['firewall-log'], false);
  const zoneMinutes = utcOffset('firewall-log-zone', options['firewall-log-zone']);
  if (paths.length === 0) {
    if (zoneMinutes !== undefined) {
      throw new UsageError(
        '--firewall-log-zone says whose time a log tells; give the log with --firewall-log.',
      );
    }
    return {};
  }
  const { checkFirewallLog } = await import('../../verdict/firewall/read-log.js');
  if (paths.length > MAX_LOGS) throw new UsageError(`--firewall-log was given more than ${MAX_LOGS} times.`);
  for (const path of paths) await checkFirewallLog(path);
  return { firewallLogs: { paths, zoneMinutes: zoneMinutes ?? null } };
}

/** Sentences about lines of the list that name a computer again. */
export function repeatedComputers(inventory: Inventory | null): readonly string[] {
  if (inventory === null || inventory.repeated === 0) return [];
  const { path, repeated } = inventory;
  const lines = repeated === 1 ? '1 line names' : `${repeated} lines name`;
  return [`${path}: ${lines} a computer again; each counts once.`];
}

/** Copies of one capture under several names: their frames count twice. */
export function* sameContent(files: readonly Pick<CaptureFile, 'sha256' | 'path'>[]): Generator<string> {
  const seen = new Map<string, string>();
  for (const { sha256, path } of files) {
    const first = sha256 === '' ? undefined : seen.get(sha256);
    if (first === undefined) seen.set(sha256, path);
    else yield `${path} has the same content as ${first}: every frame in it counts twice. Give one of them.`;
  }
}
