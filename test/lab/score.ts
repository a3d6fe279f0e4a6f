/** The answers of the program beside the truth of a scenario. */
import { analyze } from '../../src/analysis.js';
import type { LogOptions } from '../../src/analysis.js';
import { parseAddress } from '../../src/flow/record/address.js';
import { assembleReport } from '../../src/report/assemble/assemble.js';
import type { ReportModel, VerdictModel } from '../../src/report/model/model.js';
import { loadPacks } from '../../src/rules/load.js';
import type { RulePack } from '../../src/rules/words/rule.js';
import { DEFAULT_ANSWER_WAIT_SECONDS } from '../../src/verdict/flows/outcome.js';
import type { Location, Verdict } from '../../src/verdict/words/words.js';
import { causeLines } from './score-causes.js';
import type { Truth, TruthCell } from './truth.js';

const AGENT_PORT = 9003;
const SERVER_PORT = 9004;
const NO_LOGS: LogOptions = { paths: [], zoneMinutes: null };

/** `weaker` = inconclusive, not_observed or unknown where the packets show more. */
export type Grade = 'right' | 'weaker' | 'wrong';

export interface GradedCell {
  readonly cell: TruthCell;
  readonly verdict: Verdict;
  readonly location: Location;
  readonly reasonCode: string;
  readonly verdictGrade: Grade;
  readonly locationGrade: Grade;
}

export interface Score {
  readonly scenario: string;
  readonly cells: readonly GradedCell[];
  /** Addresses that the program took for the server although they are not; empty when asked not to infer. */
  readonly falseServer: readonly string[];
  /** Rows of computers beyond those that there are; 0 when that is not counted. */
  readonly surplus: number;
  /** Where the causes are not those of the truth, one line each. */
  readonly causes: readonly string[];
}

let packs: Promise<readonly RulePack[]> | undefined;

/**
 * The program's report of a capture.
 *
 * @param server addresses given by the user; empty = the program infers them
 * @param logs of the Windows firewall beside it
 */
export async function reportOf(
  path: string,
  server: readonly string[],
  logs: LogOptions = NO_LOGS,
): Promise<ReportModel> {
  packs ??= loadPacks({ files: [], agentPort: AGENT_PORT, serverPort: SERVER_PORT });
  const analysis = await analyze({
    inputs: [path],
    packs: await packs,
    server: server.map(parseAddress).filter((address) => address !== null),
    agentPort: AGENT_PORT,
    serverPort: SERVER_PORT,
    answerWait: DEFAULT_ANSWER_WAIT_SECONDS,
    ...(logs.paths.length === 0 ? {} : { firewallLogs: logs }),
  });
  return assembleReport(analysis, { version: '0', commandLine: '', now: 0 });
}

/** Grades one capture. @param paths of logs of the Windows firewall beside it */
export async function score(path: string, truth: Truth, paths: readonly string[] = []): Promise<Score> {
  const logs = { ...NO_LOGS, paths };
  const inferred = (await reportOf(path, [], logs)).server.addresses;
  const model = await reportOf(path, truth.serverUnnamed === true ? [] : truth.server, logs);
  const found = new Map(
    [...model.verdicts].flatMap((v) => addressesOf(v.host).map((address) => [`${address} ${v.rule}`, v])),
  );
  return {
    scenario: truth.scenario,
    cells: truth.cells.map((cell) => graded(cell, found.get(`${cell.computer} ${cell.rule}`))),
    falseServer: inferred.filter((address) => !truth.server.includes(address)),
    surplus: truth.computers === undefined ? 0 : Math.max(0, model.hosts.length - truth.computers),
    causes: causeLines(model, truth),
  };
}

/** A computer may have several. */
function addressesOf(host: VerdictModel['host'] & { readonly addresses?: unknown }): string[] {
  const further = Array.isArray(host.addresses) ? (host.addresses as unknown[]) : [];
  const texts = further.map((one) =>
    typeof one === 'string' ? one : ((one as { address?: string }).address ?? ''),
  );
  return [host.address, ...texts];
}

/** @param answer undefined when the report does not know the computer: nothing was observed of it */
function graded(cell: TruthCell, answer: VerdictModel | undefined): GradedCell {
  const verdict = answer?.verdict ?? 'not_observed';
  const location = answer?.location ?? 'unknown';
  return {
    cell,
    verdict,
    location,
    reasonCode: answer?.reasonCode ?? 'not_in_the_report',
    verdictGrade: gradeVerdict(cell, verdict),
    locationGrade: gradeLocation(cell, verdict, location),
  };
}

function gradeVerdict(cell: TruthCell, verdict: Verdict): Grade {
  if (cell.verdicts.includes(verdict)) return 'right';
  return cell.never.includes(verdict) ? 'wrong' : 'weaker';
}

function gradeLocation(cell: TruthCell, verdict: Verdict, location: Location): Grade {
  if (verdict === 'working') return 'right';
  if (location !== 'unknown') return cell.locations.includes(location) ? 'right' : 'wrong';
  return cell.mayBeUnknown || cell.locations.length === 0 ? 'right' : 'weaker';
}

export function count(
  scores: readonly Score[],
  what: 'verdictGrade' | 'locationGrade',
  grade: Grade,
): number {
  return scores.reduce((sum, { cells }) => sum + cells.filter((cell) => cell[what] === grade).length, 0);
}

/** What must never happen, one line each. */
export function wrongLines(one: Score): string[] {
  const lines = one.falseServer.map((address) => `${one.scenario}: took ${address} for the server`);
  if (one.surplus > 0) lines.push(`${one.scenario}: ${one.surplus} rows of computers too many`);
  lines.push(...one.causes.map((line) => `${one.scenario}: ${line}`));
  for (const { cell, verdict, location, reasonCode, verdictGrade, locationGrade } of one.cells) {
    if (verdictGrade !== 'wrong' && locationGrade !== 'wrong') continue;
    const truth = `${cell.verdicts.join(' or ')} at ${cell.locations.join(' or ') || 'no place'}`;
    lines.push(
      `${one.scenario}: ${cell.computer} ${cell.rule} said ${verdict} at ${location} (${reasonCode}), true is ${truth}: ${cell.why}`,
    );
  }
  return lines;
}
