/**
 * One walk over all flows for everything that depends on no rule: which hosts there are, which of them may be this
 * server, what their packets have in common, what the capture lacks. It is made once for each judgement; a record is
 * too large to be read again for every question.
 */
import { Flow } from '../../flow/flow.js';
import type { FlowTable } from '../../flow/table.js';
import { MissingAnswers } from './directions.js';
import { HostTable } from './host-table.js';
import { HostProfile } from './host-profile.js';
import { MAPPER_PORT } from '../words/words.js';
import { heardAnAnswer } from '../../flow/heard.js';
import { countFlow, leaveOut, noFlows } from './quality-counts.js';
import type { QualityCounts } from './quality-counts.js';
import { StrayAnswers } from './stray-answers.js';
import { ServerElection } from './server-election.js';

/** Holds until the table changes. */
export class FlowScan {
  readonly table: FlowTable;
  readonly hostTable: HostTable;
  readonly hosts: HostProfile;
  readonly missing: MissingAnswers;
  readonly strays: StrayAnswers;
  readonly counts: QualityCounts = noFlows();
  /** TCP flows to 135 that got an answer, captured or not. */
  readonly mapperFlows: readonly number[];

  /** Whom flows on the product's ports and on 135, 139 and 445 name as this server. */
  readonly poll: ServerElection;

  constructor(table: FlowTable, agentPort: number, serverPort: number) {
    const { counts } = this;
    const ends = new HostTable(table.count);
    const hosts = new HostProfile(ends);
    const missing = new MissingAnswers(ends);
    const strays = new StrayAnswers(ends);
    const mapperFlows: number[] = [];
    const poll = new ServerElection(ends, agentPort, serverPort);
    const flow = new Flow(table);
    for (let id = 0; id < table.count; id++) {
      if (!flow.move(id).inUse) continue;
      ends.take(flow);
      hosts.take(flow, 0, ends.orig[id]!);
      hosts.take(flow, 1, ends.resp[id]!);
      missing.take(flow);
      strays.take(flow);
      countFlow(counts, flow);
      poll.take(flow);
      if (flow.port(1) !== MAPPER_PORT || flow.transport !== 'tcp') continue;
      if (flow.packets(1) > 0 || heardAnAnswer(flow)) mapperFlows.push(id);
    }
    missing.settle(table);
    strays.settle(table, hosts);
    for (const stray of strays.tcp(table)) leaveOut(counts, stray);
    this.table = table;
    this.hostTable = ends;
    this.hosts = hosts;
    this.missing = missing;
    this.strays = strays;
    this.mapperFlows = mapperFlows;
    this.poll = poll;
  }
}
