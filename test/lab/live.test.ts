/**
 * Live monitoring between real hosts: a port works, is silenced by a router, refused, and works again. Each change is
 * told once and right, in events, metrics, report, evidence and dashboard.
 */
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { CHROMIUM, launch, whyNoBrowser } from '../browser/chromium.js';
import { PYTHON, namespaces } from '../programs.js';
import { PROGRAM } from '../shipped.js';
import { leftOut, testWith } from '../test-with.js';
import { rulesets } from './firewall.js';
import { pause, start, until } from './machine.js';
import type { Running } from './machine.js';
import { INTERFACE, Network, addressOf } from './network.js';
import type { Host } from './network.js';
import type { FirewallFault } from './scenario.js';
import { tcpPeer } from './tries.js';

/** A change may take so long, in seconds, before the test gives up; nothing is said of how soon it comes. */
const PATIENCE = 90;
const AILING = addressOf('far1', 4);
const HEALTHY = addressOf('far2', 4);

const Change = z.object({
  type: z.string(),
  rule: z.string().optional(),
  host: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  reasonCode: z.string().optional(),
  noticed: z.string(),
});

/** portwitness on the server, agents on two computers behind the router that call again and again. */
class Monitored {
  readonly network = new Network(9);
  readonly folder = mkdtempSync(join(tmpdir(), 'pw-live-'));
  private readonly programs: Running[] = [];
  private service: Running | null = null;
  private monitor: Running | null = null;

  start(): void {
    this.network.create();
    this.serve();
    for (const computer of ['far1', 'far2'] as const) {
      this.run(computer, ...tcpPeer('serve', '9003'));
      this.again(computer, tcpPeer('call', addressOf('server', 4), '9004'));
      this.again('server', tcpPeer('call', addressOf(computer, 4), '9003'));
    }
    const at = (name: string): string => join(this.folder, name);
    const outputs = [
      '--json-schema',
      '1',
      '--report',
      at('live.html'),
      '--events',
      at('events'),
      '--metrics',
      at('live.prom'),
    ];
    this.monitor = this.run(
      'server',
      ...[process.execPath, PROGRAM, 'live', '-i', INTERFACE, '--interval', '2s', '--dashboard', '0'],
      ...['--ring', '8MB', ...outputs],
    );
  }

  /** The program on 9004. */
  serve(): void {
    this.service = this.run('server', ...tcpPeer('serve', '9004'));
  }

  stopServing(): void {
    this.service?.child.kill('SIGTERM');
  }

  /** Replaces what the router's firewall does, in one step: not a packet gets through in between. */
  firewall(...faults: readonly FirewallFault[]): void {
    const rules = faults.flatMap(rulesets).map(({ text }) => text);
    this.network.exec('router', ['nft', '-f', '-'], ['flush ruleset', ...rules, ''].join('\n'));
  }

  /** Changes of verdicts so far, e.g. 'working > blocked syn_silent'. */
  changes(host: string, rule: string): string[] {
    return this.events()
      .filter((event) => event.type === 'verdict_changed' && event.host === host && event.rule === rule)
      .map(({ from, to, reasonCode }) => `${from} > ${to} ${reasonCode}`);
  }

  events(): z.infer<typeof Change>[] {
    if (!existsSync(join(this.folder, 'events'))) return [];
    const whole = readFileSync(join(this.folder, 'events'), 'utf8').split('\n').slice(0, -1);
    return whole.map((line) => Change.parse(JSON.parse(line)));
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  get said(): string {
    return this.monitor?.text() ?? '';
  }

  /** Ends monitoring as a service manager does; resolves to its exit code. */
  async stop(): Promise<number | null> {
    this.monitor?.child.kill('SIGTERM');
    await this.monitor?.ended;
    return this.monitor?.child.exitCode ?? null;
  }

  close(): void {
    this.network.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(host: Host, ...command: readonly string[]): Running {
    const { program, args } = this.network.inside(host, ...command);
    const running = start(program, args);
    this.programs.push(running);
    return running;
  }

  /** A client that tries again when it has ended; `sh` and what it runs die with the namespace. */
  private again(host: Host, command: readonly string[]): void {
    const line = command.map((word) => `'${word}'`).join(' ');
    this.run(host, 'sh', '-c', `while :; do ${line} >/dev/null 2>&1; sleep 1; done`);
  }
}

/** A browser inside the server's namespace, where the dashboard listens on loopback. */
async function dashboard(t: ExecutionContext, lab: Monitored): Promise<Page | null> {
  if (noBrowser !== '') return null;
  const url = /dashboard: (\S+)/.exec(lab.said)?.[1] ?? '';
  const wrapper = join(lab.folder, 'chromium');
  writeFileSync(wrapper, `#!/bin/sh\nexec ip netns exec ${lab.network.name('server')} ${CHROMIUM} "$@"\n`);
  chmodSync(wrapper, 0o755);
  const browser = await launch(wrapper);
  t.teardown(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  await page.goto(url);
  return page;
}

const silent: readonly FirewallFault[] = [
  { where: 'router', action: 'drop', ports: ['tcp/9003'], computers: ['far1'] },
  { where: 'router', action: 'drop_answers', ports: ['tcp/9004'], computers: ['far1'] },
];
const refused: readonly FirewallFault[] = [
  { where: 'router', action: 'reset', ports: ['tcp/9003'], computers: ['far1'] },
];

const inLab = testWith(namespaces, 'nft', 'ethtool', 'sysctl', 'tcpdump', PYTHON);
const noBrowser = inLab.missing === '' ? await whyNoBrowser() : inLab.missing;
if (noBrowser !== '') leftOut('the dashboard of live monitoring in the lab', noBrowser);

inLab(
  'a router that silences and then refuses a port is told once each, everywhere, and nobody else is accused',
  async (t) => {
    t.timeout(300_000);
    const lab = new Monitored();
    t.teardown(() => lab.close());
    const took: string[] = [];
    /** Acts, and waits until the monitor has told so many changes of both ports. */
    const step = async (what: string, changes: number, act: () => void): Promise<void> => {
      const began = Date.now();
      act();
      const told = (rule: string): number => lab.changes(AILING, rule).length;
      const all = (): boolean => told('ua-9003') >= changes && told('ua-9004-in') >= changes;
      await until(`${what} is told (${lab.said})`, all, PATIENCE);
      const last = lab
        .events()
        .filter(({ type }) => type === 'verdict_changed')
        .at(-1);
      took.push(`${what} ${((Date.parse(last?.noticed ?? '') - began) / 1000).toFixed(1)} s`);
    };

    await step('first success', 1, () => lab.start());
    const page = await dashboard(t, lab);
    const row = page?.locator('#matrix tr', { hasText: AILING });
    await row?.getByText('working').first().waitFor();
    await page?.evaluate('globalThis.notReloaded = true');

    await step('silence', 2, () => lab.firewall(...silent));
    await row?.locator('td.blocked', { hasText: 'No answer' }).waitFor();
    await row?.locator('td.blocked', { hasText: 'Not completed' }).waitFor();
    const shot = process.env['PORTWITNESS_SCREENSHOT'];
    if (shot !== undefined) await page?.screenshot({ path: shot, fullPage: true });
    const counted = /^portwitness_verdicts\{rule="ua-9003",verdict="blocked"\} 1$/m;
    await until('the metrics count it', () => counted.test(lab.read('live.prom')), PATIENCE);

    // A program that has stopped refuses the other computer as well.
    await step('refusal', 3, () => {
      lab.stopServing();
      lab.firewall(...refused);
    });
    await step('recovery', 4, () => {
      lab.serve();
      lab.firewall();
    });
    await row?.getByText('working').nth(1).waitFor();
    if (page !== null) t.true(await page.evaluate('globalThis.notReloaded === true'));
    await pause(3);

    const code = await lab.stop();
    t.is(code, 3, lab.said);
    t.deepEqual(lab.changes(AILING, 'ua-9003'), [
      'not_observed > working works',
      'working > blocked syn_silent',
      'blocked > blocked rst_answers_syn',
      'blocked > working works',
    ]);
    t.deepEqual(lab.changes(AILING, 'ua-9004-in'), [
      'not_observed > working works',
      'working > blocked handshake_not_completed',
      'blocked > blocked rst_answers_syn',
      'blocked > working works',
    ]);
    t.deepEqual(lab.changes(HEALTHY, 'ua-9003'), ['not_observed > working works']);
    const report = z
      .object({ verdicts: z.array(z.object({ rule: z.string(), verdict: z.string() })) })
      .parse(JSON.parse(lab.read('live.json')));
    const last = report.verdicts.filter(({ rule }) => rule === 'ua-9003' || rule === 'ua-9004-in');
    t.deepEqual([...new Set(last.map(({ verdict }) => verdict))], ['working']);
    t.true(lab.read('live.html').includes(AILING));
    const saved = readdirSync(join(lab.folder, 'evidence')).filter((name) => name.includes(AILING));
    t.deepEqual(saved.map((name) => name.replace(/^change-\d+-|\.pcapng$/g, '')).sort(), [
      `ua-9003-${AILING}-blocked`,
      `ua-9003-${AILING}-blocked`,
      `ua-9003-${AILING}-working`,
      `ua-9004-in-${AILING}-blocked`,
      `ua-9004-in-${AILING}-blocked`,
      `ua-9004-in-${AILING}-working`,
    ]);
    t.log(`told after: ${took.join(', ')}`);
  },
);
