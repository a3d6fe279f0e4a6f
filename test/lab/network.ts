/**
 * The lab's network: one namespace for each host, named after this process and its lane, so that nothing of the
 * machine's own network is touched and no two runs meet.
 *
 *   server ── near1 ── near2            10.77.1.0/24, fd77:1::/64   (bridge in the router's namespace)
 *      └──── router ────┐
 *   far1 ──────── far2 ─┘               10.77.2.0/24, fd77:2::/64   (a second bridge there)
 */
import { spawnSync } from 'node:child_process';
import { must } from './machine.js';

export const COMPUTERS = ['near1', 'near2', 'far1', 'far2'] as const;
/** near = in the server's own subnet; far = behind the router. */
export type Computer = (typeof COMPUTERS)[number];
export type Host = Computer | 'server' | 'router';

/** Interface of every host but the router. */
export const INTERFACE = 'eth0';

const SUBNETS: Readonly<Record<Exclude<Host, 'router'>, { net: 1 | 2; host: number }>> = {
  server: { net: 1, host: 10 },
  near1: { net: 1, host: 21 },
  near2: { net: 1, host: 22 },
  far1: { net: 2, host: 21 },
  far2: { net: 2, host: 22 },
};

/** Windows' TTL for the computers and the server, another for the router, as network devices have. */
const HOST_TTL = 128;
const ROUTER_TTL = 64;

export function ipv4(host: Exclude<Host, 'router'>): string {
  const { net, host: number } = SUBNETS[host];
  return `10.77.${net}.${number}`;
}

export function ipv6(host: Exclude<Host, 'router'>): string {
  const { net, host: number } = SUBNETS[host];
  return `fd77:${net}::${number}`;
}

export function addressOf(host: Exclude<Host, 'router'>, version: 4 | 6): string {
  return version === 4 ? ipv4(host) : ipv6(host);
}

export class Network {
  private readonly prefix: string;
  private made: string[] = [];

  /** @param lane number among the networks of this process */
  constructor(lane: number) {
    this.prefix = `pw${process.pid}-${lane}`;
  }

  /** Name of a host's namespace. */
  name(host: Host): string {
    return `${this.prefix}-${host}`;
  }

  /** A command that runs inside a host's namespace: program and arguments. */
  inside(host: Host, ...command: readonly string[]): { program: string; args: readonly string[] } {
    return { program: 'ip', args: ['netns', 'exec', this.name(host), ...command] };
  }

  /** Runs a command inside a namespace to its end; throws when it fails. */
  exec(host: Host, command: readonly string[], input = ''): string {
    const { program, args } = this.inside(host, ...command);
    return must(program, args, input);
  }

  /** Makes all namespaces and links. */
  create(): void {
    this.add('router');
    for (const net of [1, 2]) {
      const bridge = `br${net}`;
      this.exec('router', ['ip', 'link', 'add', bridge, 'type', 'bridge', 'forward_delay', '0']);
      this.exec('router', ['ip', 'addr', 'add', `10.77.${net}.1/24`, 'dev', bridge]);
      this.exec('router', ['ip', 'addr', 'add', `fd77:${net}::1/64`, 'dev', bridge, 'nodad']);
      this.exec('router', ['ip', 'link', 'set', bridge, 'up']);
    }
    this.set('router', {
      'net.ipv4.ip_forward': 1,
      'net.ipv6.conf.all.forwarding': 1,
      'net.ipv4.ip_default_ttl': ROUTER_TTL,
      'net.ipv6.conf.all.hop_limit': ROUTER_TTL,
      'net.ipv6.conf.br1.hop_limit': ROUTER_TTL,
      'net.ipv6.conf.br2.hop_limit': ROUTER_TTL,
    });
    this.attach('server');
    for (const computer of COMPUTERS) this.attach(computer);
  }

  private attach(host: Exclude<Host, 'router'>): void {
    this.add(host);
    const { net } = SUBNETS[host];
    const port = `to-${host}`;
    const peer = ['peer', 'name', INTERFACE, 'netns', this.name(host)];
    this.exec('router', ['ip', 'link', 'add', port, 'type', 'veth', ...peer]);
    this.exec('router', ['ip', 'link', 'set', port, 'master', `br${net}`, 'up']);
    this.set(host, {
      'net.ipv4.ip_default_ttl': HOST_TTL,
      'net.ipv6.conf.all.hop_limit': HOST_TTL,
      [`net.ipv6.conf.${INTERFACE}.hop_limit`]: HOST_TTL,
      // Two repeats at 1 and 3 s and an end after 7 s: one silent attempt as Windows makes it, in less time.
      'net.ipv4.tcp_syn_retries': 2,
      'net.ipv4.tcp_syn_linear_timeouts': 0,
      'net.ipv4.tcp_synack_retries': 3,
      [`net.ipv6.conf.${INTERFACE}.router_solicitations`]: 0,
    });
    this.exec(host, ['ip', 'addr', 'add', `${ipv4(host)}/24`, 'brd', '+', 'dev', INTERFACE]);
    this.exec(host, ['ip', 'addr', 'add', `${ipv6(host)}/64`, 'dev', INTERFACE, 'nodad']);
    // Only the capturing host's own checksums are left to its adapter, as on a real one.
    if (host !== 'server') this.withoutOffload(host, INTERFACE);
    this.withoutOffload('router', port);
    this.linkUp(host);
  }

  private withoutOffload(host: Host, name: string): void {
    this.exec(host, ['ethtool', '-K', name, 'tx', 'off', 'tso', 'off', 'gso', 'off']);
  }

  linkDown(host: Computer): void {
    this.exec(host, ['ip', 'link', 'set', INTERFACE, 'down']);
  }

  /** A computer goes down that the server has just spoken with: it will send to it, and then ask for it anew. */
  vanish(host: Computer): void {
    this.linkDown(host);
    for (const address of [ipv4(host), ipv6(host)]) {
      if (!this.exec('server', ['ip', 'neigh', 'show', address]).includes('lladdr')) continue;
      this.exec('server', ['ip', 'neigh', 'change', address, 'dev', INTERFACE, 'nud', 'stale']);
    }
  }

  /** Also after `linkDown`, which takes the IPv6 address and the routes away. */
  linkUp(host: Exclude<Host, 'router'>): void {
    const { net } = SUBNETS[host];
    this.exec(host, ['ip', 'link', 'set', INTERFACE, 'up']);
    this.exec(host, ['ip', 'addr', 'replace', `${ipv6(host)}/64`, 'dev', INTERFACE, 'nodad']);
    this.exec(host, ['ip', 'route', 'replace', 'default', 'via', `10.77.${net}.1`]);
    this.exec(host, ['ip', '-6', 'route', 'replace', 'default', 'via', `fd77:${net}::1`]);
  }

  /**
   * Ends what is left of earlier connections, whose packets would appear in the next capture, and forgets which
   * neighbours answered, so that a scenario shows ARP and neighbour discovery.
   */
  forget(): void {
    for (const host of ['server', ...COMPUTERS] as const) {
      this.exec(host, ['ss', '-K', '-t', 'state', 'connected']);
    }
    for (const host of ['server', 'router', ...COMPUTERS] as const) {
      this.exec(host, ['ip', 'neigh', 'flush', 'all']);
      // Path MTUs and redirects that earlier packets taught.
      for (const family of ['-4', '-6']) this.exec(host, ['ip', family, 'route', 'flush', 'cache']);
      this.exec(host, ['ip', 'tcp_metrics', 'flush', 'all']);
    }
  }

  /** Takes every firewall rule away. */
  clearFirewalls(): void {
    for (const host of ['server', 'router', ...COMPUTERS] as const)
      this.exec(host, ['nft', 'flush', 'ruleset']);
  }

  /** Ends every process inside and removes the namespaces; never throws, and may be called twice. */
  destroy(): void {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const alive = this.made.flatMap((name) => pidsIn(name));
      for (const pid of alive) {
        try {
          process.kill(pid, signal);
        } catch {
          // It ended by itself.
        }
      }
      if (alive.length > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    }
    for (const name of this.made) spawnSync('ip', ['netns', 'del', name]);
    this.made = [];
  }

  private add(host: Host): void {
    const name = this.name(host);
    must('ip', ['netns', 'add', name]);
    this.made.push(name);
    this.set(host, {
      'net.ipv6.conf.all.accept_dad': 0,
      'net.ipv6.conf.default.accept_dad': 0,
      // Every rejected packet gets its message: what is left out by a limit would be chance.
      'net.ipv4.icmp_ratelimit': 0,
      'net.ipv6.icmp.ratelimit': 0,
    });
    this.exec(host, ['ip', 'link', 'set', 'lo', 'up']);
  }

  private set(host: Host, values: Readonly<Record<string, number>>): void {
    const pairs = Object.entries(values).map(([key, value]) => `${key}=${value}`);
    this.exec(host, ['sysctl', '-q', '-w', ...pairs]);
  }
}

function pidsIn(namespace: string): number[] {
  const { stdout } = spawnSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' });
  return stdout.split(/\s+/).filter(Boolean).map(Number);
}
