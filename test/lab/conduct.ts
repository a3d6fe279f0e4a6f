/** Runs one scenario in the lab's network and captures it on the server's adapter. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { rulesets } from './firewall.js';
import { pause, start, until } from './machine.js';
import type { Running } from './machine.js';
import { COMPUTERS, INTERFACE, Network } from './network.js';
import type { Computer, Host } from './network.js';
import { Samba, writeConfig } from './samba.js';
import { bringSetting, mendSetting } from './settings.js';
import type { Fault, Scenario, StoppedService } from './scenario.js';
import { commandsOf, tcpPeer } from './tries.js';
import { mustSucceed } from './truth.js';

const AGENT_PORT = '9003';
const SERVER_PORT = '9004';
/** A client that has not ended by then is stopped, seconds. */
const CLIENT_LIMIT = 25;
/** What other hosts' daemons say to everybody is no part of a scenario. */
const NOISE = [
  'igmp',
  'udp port 5353',
  'ip broadcast',
  '(ip6 and icmp6 and (ip6[40] = 133 or ip6[40] = 134 or ip6[40] = 143))',
  '(ip6 and ip6[6] = 0)',
];
/** Seconds that tcpdump may take to start on a busy machine. */
const START_LIMIT = 60;
/** Seconds for the last frame to reach the file. */
const SETTLE = 0.15;
/** Runs of one scenario, until the capture is complete. */
const CAPTURE_ATTEMPTS = 3;

/** The lab: network, Samba and the programs on 9003 and 9004, made once and used by all scenarios. */
export class Lab {
  private readonly network: Network;
  private readonly samba: ReadonlyMap<Computer, Samba>;
  private readonly peers = new Map<Host, Running>();
  private readonly clientConfig: string;
  private readonly folder: string;
  private readonly clients: string[] = [];
  /** Clients of the last run that did not fare as the scenario's truth says. */
  private contrary: string[] = [];

  /**
   * @param folder directory of this run, where captures go
   * @param lane number of this network among those that run at the same time; Samba's files have a folder for each
   */
  constructor(folder: string, lane: number) {
    this.folder = folder;
    this.network = new Network(lane);
    const own = join(folder, `lane${lane}`);
    mkdirSync(own, { recursive: true });
    // Samba serves the share as nobody.
    for (const path of [folder, own]) chmodSync(path, 0o755);
    this.clientConfig = writeConfig(join(own, 'client'), 'auditor');
    this.samba = new Map(
      COMPUTERS.map((computer) => [computer, new Samba(this.network, computer, join(own, computer))]),
    );
  }

  async open(): Promise<void> {
    this.network.create();
    for (const samba of this.samba.values()) samba.start();
    this.serve('server', SERVER_PORT);
    for (const computer of COMPUTERS) this.serve(computer, AGENT_PORT);
    for (const samba of this.samba.values()) await samba.listening();
    for (const host of this.peers.keys()) await this.peerListens(host);
  }

  /** Ends everything that this run started; never throws. */
  close(): void {
    this.network.destroy();
  }

  /** What the clients of the last scenario wrote. */
  get lastClients(): readonly string[] {
    return this.clients;
  }

  /**
   * @returns path of the capture: classic pcap, Ethernet, nanoseconds
   * @throws Error when tcpdump cannot keep up, or when real clients fare otherwise than the truth has it
   */
  async conduct(scenario: Scenario): Promise<string> {
    const path = join(this.folder, `${scenario.name}.pcap`);
    for (let attempt = 0; attempt < CAPTURE_ATTEMPTS; attempt++) {
      const messages = await this.conductOnce(scenario, path);
      if (/^0 packets dropped by kernel/m.test(messages) && this.contrary.length === 0) return path;
      process.stdout.write(`${scenario.name} again: ${this.contrary.join('; ') || 'tcpdump lost packets'}\n`);
    }
    throw new Error(`${scenario.name}: not as it should be in ${CAPTURE_ATTEMPTS} runs`);
  }

  /** @returns what tcpdump said */
  private async conductOnce(scenario: Scenario, path: string): Promise<string> {
    this.clients.length = 0;
    this.contrary = [];
    this.network.forget();
    for (const fault of scenario.faults) await this.bring(fault);
    const capture = await this.startCapture(path);
    try {
      await Promise.all([this.runTries(scenario), this.bringLater(scenario)]);
      await pause(SETTLE);
    } finally {
      capture.child.kill('SIGTERM');
      await capture.ended;
      this.network.clearFirewalls();
      for (const fault of scenario.faults) await this.mend(fault);
    }
    return capture.text();
  }

  private async startCapture(path: string): Promise<Running> {
    const noise = `not (${NOISE.join(' or ')})`;
    const { program, args } = this.network.inside(
      'server',
      ...['tcpdump', '-i', INTERFACE, '-n', '-U', '--immediate-mode', '-s', '0'],
      // Room for a busy machine: in immediate mode every frame takes a slot of the largest size.
      ...['-B', '65536', '--time-stamp-precision=nano', '-Z', 'root', '-w', path, noise],
    );
    // `ip netns exec` becomes tcpdump, so its process id is tcpdump's.
    const running = start(program, args);
    await until(
      `tcpdump listens (${running.text()})`,
      () => running.text().includes('listening on'),
      START_LIMIT,
    );
    return running;
  }

  private async runTries(scenario: Scenario): Promise<void> {
    await Promise.all(
      scenario.tries.map(async (one) => {
        if (one.after !== undefined) await pause(one.after);
        await Promise.all(
          commandsOf(one, this.clientConfig).map(async ({ host, argv, needs }) => {
            const { program, args } = this.network.inside(host, ...argv);
            const running = start(program, args, CLIENT_LIMIT);
            const seconds = await running.ended;
            this.clients.push(`${seconds.toFixed(1)} s  ${argv.join(' ')}\n${running.text().trimEnd()}`);
            const wanted = one.succeeds ?? mustSucceed(scenario, one.computer, needs);
            const succeeded = running.child.exitCode === 0;
            if (wanted !== undefined && wanted !== succeeded) {
              this.contrary.push(
                `${argv.join(' ')} ${succeeded ? 'succeeded' : 'failed'}: ${running.text()}`,
              );
            }
          }),
        );
      }),
    );
  }

  private async bringLater(scenario: Scenario): Promise<void> {
    for (const fault of scenario.faults) {
      if (fault.where === 'service' && fault.until !== undefined) {
        await pause(fault.until);
        await this.mend(fault);
      }
      if (!('after' in fault) || fault.after === undefined) continue;
      await pause(fault.after);
      if (isFirewall(fault)) this.load(fault);
      else if (fault.where === 'setting') bringSetting(this.network, fault);
      else for (const computer of fault.computers) this.network.vanish(computer);
    }
  }

  private load(fault: Fault): void {
    if (!isFirewall(fault)) return;
    for (const { host, text } of rulesets(fault)) this.network.exec(host, ['nft', '-f', '-'], text);
  }

  /** Brings a fault into force. */
  private async bring(fault: Fault): Promise<void> {
    if (isFirewall(fault)) {
      if (fault.after === undefined) this.load(fault);
    } else if (fault.where === 'setting') {
      if (fault.after === undefined) bringSetting(this.network, fault);
    } else if (fault.where === 'link') {
      if (fault.after !== undefined) return;
      for (const computer of fault.computers) this.network.linkDown(computer);
    } else if (fault.where === 'agent_program') {
      for (const computer of fault.computers) await this.serveAnew(computer, AGENT_PORT, fault.speaks);
    } else {
      await this.stopService(fault);
    }
  }

  private async mend(fault: Fault): Promise<void> {
    if (isFirewall(fault)) return;
    if (fault.where === 'setting') {
      mendSetting(this.network, fault);
    } else if (fault.where === 'service' && fault.until !== undefined && this.isServed(fault)) {
      return;
    } else if (fault.where === 'link') {
      for (const computer of fault.computers) this.network.linkUp(computer);
    } else if (fault.where === 'agent_program') {
      for (const computer of fault.computers) await this.serveAnew(computer, AGENT_PORT);
    } else if (fault.service === 'server') {
      await this.serveAnew('server', SERVER_PORT);
    } else {
      for (const computer of fault.computers) {
        if (fault.service === 'agent') await this.serveAnew(computer, AGENT_PORT);
        else this.samba.get(computer)?.startOne(fault.service);
      }
      for (const computer of fault.computers) await this.samba.get(computer)?.listening();
    }
  }

  /** An agent that was to start late has done so. */
  private isServed({ computers }: StoppedService): boolean {
    return computers.every((computer) => this.peers.has(computer));
  }

  private async stopService(fault: StoppedService): Promise<void> {
    if (fault.service === 'server') return this.stopPeer('server');
    for (const computer of fault.computers) {
      if (fault.service === 'agent') await this.stopPeer(computer);
      else await this.samba.get(computer)?.stopOne(fault.service);
    }
  }

  private serve(host: Host, port: string, speak = 'negotiate'): void {
    const { program, args } = this.network.inside(
      host,
      ...tcpPeer('serve', port, '--speak', speak, '--name', host.toUpperCase()),
    );
    this.peers.set(host, start(program, args));
  }

  private async serveAnew(host: Host, port: string, speak = 'negotiate'): Promise<void> {
    await this.stopPeer(host);
    this.serve(host, port, speak);
    await this.peerListens(host);
  }

  private async stopPeer(host: Host): Promise<void> {
    const running = this.peers.get(host);
    this.peers.delete(host);
    running?.child.kill('SIGTERM');
    await running?.ended;
  }

  private async peerListens(host: Host): Promise<void> {
    await until(`the program on ${host} listens`, () =>
      /:900[34]\s/.test(this.network.exec(host, ['ss', '-Hlnt'])),
    );
  }
}

function isFirewall(fault: Fault): fault is Extract<Fault, { action: string }> {
  return 'action' in fault;
}
