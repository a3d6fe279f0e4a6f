/** Small scenes between this server, computers and others, judged with the built-in rules. */
import { Facts } from '../../src/recognise/facts/facts.js';
import { Flow } from '../../src/flow/flow.js';
import { loadPacks } from '../../src/rules/load.js';
import { RuleMatcher } from '../../src/rules/match.js';
import { judge } from '../../src/verdict/judge/judge.js';
import type { Judgement } from '../../src/verdict/judge/judge.js';
import { hostKeyText } from '../../src/verdict/words/host-key.js';
import { Identities } from '../../src/verdict/hosts/identities.js';
import { inferServer, serverFromOption } from '../../src/verdict/hosts/server.js';
import type { ServerIdentity } from '../../src/verdict/hosts/server.js';
import { FlowScan } from '../../src/verdict/hosts/flow-scan.js';
import type { RuleVerdict } from '../../src/verdict/words/rule-verdict.js';
import { parseAddress } from '../../src/flow/record/address.js';
import { icmpPacket, START, Trace, udpPacket } from '../flow/script.js';

export const packs = await loadPacks({ files: [] });
export const matcher = new RuleMatcher(packs);

export const NAS = '10.0.0.10';
export const PC = '10.0.1.1';
export const DC = '10.0.0.5';

/** What happens on a TCP connection; times are relative to its start. */
const COURSES = {
  works: ['> S 100', '< SA 300 101', '> A 101 301', '> A 101 301 +5', '< A 301 106 +5'],
  refused: ['> S 100', '< RA 0 101'],
  silent: ['> S 100'],
  oneSided: ['> S 100', '> A 101 301', '> A 101 301 +5'],
  closed: ['> S 100', '< SA 300 101', '> A 101 301', '> FA 101 301', '< FA 301 102', '> A 102 302'],
  scanned: ['> S 100', '< SA 300 101', '> R 101'],
} as const;
export type Course = keyof typeof COURSES;

export class Scene {
  readonly trace: Trace;
  private nextPort = 50_000;

  constructor(trace = new Trace()) {
    this.trace = trace;
  }

  tcp(
    from: string,
    to: string,
    port: number,
    course: Course = 'works',
    at = 0,
    srcPort = this.nextPort++,
  ): this {
    const lines = COURSES[course].map((line) => `@${at} ${line}`);
    this.trace.tcp(lines, { ip: from, port: srcPort }, { ip: to, port });
    return this;
  }

  udp(from: string, to: string, port: number, answered: boolean, srcPort = port): this {
    this.trace.add(udpPacket({ ip: from, port: srcPort }, { ip: to, port }), 0);
    if (answered) this.trace.add(udpPacket({ ip: to, port }, { ip: from, port: srcPort }), 0.01);
    return this;
  }

  /** What the payload is said to have shown. */
  readonly facts = new Facts();

  ping(from: string, to: string, answered: boolean): this {
    const [ask, answer] = from.includes(':') ? [128, 129] : [8, 0];
    this.trace.add(icmpPacket(from, to, ask), 0);
    if (answered) this.trace.add(icmpPacket(to, from, answer), 0.01);
    return this;
  }

  infer(): ServerIdentity {
    return inferServer(new FlowScan(this.trace.table, 9003, 9004));
  }

  judge(servers: readonly string[] = [NAS], use = matcher): Judgement {
    const words = servers.map((text) => parseAddress(text)).filter((one) => one !== null);
    const server = serverFromOption(words);
    const identities = new Identities();
    identities.learn(this.trace.table, this.facts, server.keys);
    return judge(this.trace.table, use, server, this.facts, {
      agentPort: 9003,
      serverPort: 9004,
      answerWait: 3,
      captureEnd: START + 10_000,
      identities,
    });
  }

  /** Addresses of the monitored computers. */
  computers(): string[] {
    return this.judge().computers.map(hostKeyText);
  }

  /** The verdict of one rule for one computer. */
  verdict(rule: string, host = PC): RuleVerdict | undefined {
    return this.judge().verdicts.find((v) => v.rule.id === rule && hostKeyText(v.host) === host);
  }

  /** 'class reason' of every flow. */
  classes(servers?: readonly string[]): string[] {
    const judgement = this.judge(servers);
    const flow = new Flow(this.trace.table);
    return Array.from({ length: this.trace.table.count }, (_, id) => {
      flow.move(id);
      return `${judgement.class(id)} ${judgement.classReason(id)}`;
    });
  }
}
