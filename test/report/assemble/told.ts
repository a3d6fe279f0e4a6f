/** What a reader is told of captures that a recipe made, through the whole pipeline. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { computer, computer6, nas01, nas01v6 } from '../../../captures/recipes/craft/hosts.js';
import { Wire } from '../../../captures/recipes/craft/wire.js';
import type { Host } from '../../../captures/recipes/craft/wire.js';
import { userActivityRound } from '../../../captures/recipes/round.js';
import type { RoundOptions } from '../../../captures/recipes/round.js';
import { parseAddress } from '../../../src/flow/record/address.js';
import { parseInventory } from '../../../src/verdict/inventory/inventory-file.js';
import { analyze } from '../../../src/analysis.js';
import type { AnnotatedFrame } from '../../../src/capture/pcap/pcapng-writer.js';
import { assembleReport } from '../../../src/report/assemble/assemble.js';
import type { ReportModel } from '../../../src/report/model/model.js';
import { packs } from '../../verdict/scene.js';

export interface Told {
  readonly model: ReportModel;
  /** Codes of the quality findings. */
  readonly quality: readonly string[];
  /** The text of one finding, '' when it is not there. */
  readonly finding: (code: string) => string;
  /** Verdict of a rule for the computer with that address, '' when it has none. */
  readonly verdict: (rule: string, host: string) => string;
  /** All that is said about it, in one line. */
  readonly text: (rule: string, host: string) => string;
}

/** What the user says beside the files. */
export interface Said {
  /** Addresses of this server. */
  readonly server?: readonly string[];
  /** Lines of a list of computers. */
  readonly listed?: readonly string[];
}

/** Files as bytes, in the order in which they are given. */
export function told(t: ExecutionContext, ...files: readonly Uint8Array[]): Promise<Told> {
  return toldOf(t, files, {});
}

export async function toldOf(
  t: ExecutionContext,
  files: readonly Uint8Array[],
  { server = [], listed }: Said,
): Promise<Told> {
  const folder = mkdtempSync(join(tmpdir(), 'told-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const inputs = files.map((bytes, i) => {
    const path = join(folder, `${i}.pcap`);
    writeFileSync(path, bytes);
    return path;
  });
  const options = {
    inputs,
    packs,
    server: server.map(parseAddress).filter((one) => one !== null),
    agentPort: 9003,
    serverPort: 9004,
    answerWait: 3,
    inventory: listed === undefined ? null : parseInventory('list.csv', Buffer.from(listed.join('\n'))),
  };
  const model = assembleReport(await analyze(options), { version: '0', commandLine: '', now: 0 });
  const of = (rule: string, host: string) =>
    [...model.verdicts].find((v) => v.rule === rule && v.host.address === host);
  return {
    model,
    quality: model.quality.map(({ code }) => code),
    finding: (code) => model.quality.find((one) => one.code === code)?.text ?? '',
    verdict: (rule, host) => of(rule, host)?.verdict ?? '',
    text: (rule, host) => {
      const { seen = '', reason = '', locationReason = '' } = of(rule, host) ?? {};
      return `${seen}: ${reason} ${locationReason}`;
    },
  };
}

/** Frames of rounds of WS01 and WS02 with this server; `ipv6` = all of them speak IPv6. */
export function rounds(
  ipv6: boolean,
  options: Omit<RoundOptions, 'at'> = {},
  more: (wire: Wire, server: Host, one: Host) => void = () => undefined,
): AnnotatedFrame[] {
  const server = ipv6 ? nas01v6() : nas01();
  const wire = new Wire(server, { seed: 5 });
  const [one, two] = ipv6 ? [computer6(1), computer6(2)] : [computer(1), computer(2)];
  userActivityRound(wire, server, one, { at: 1, ...options });
  userActivityRound(wire, server, two, { at: 1.1, ...options });
  more(wire, server, one);
  return wire.frames();
}

export { later } from '../../wild/later.js';
