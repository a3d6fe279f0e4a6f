/** Attempts as commands of real clients. */
import { fileURLToPath } from 'node:url';
import { PYTHON } from '../programs.js';
import { addressOf } from './network.js';
import type { Host } from './network.js';
import { ACCOUNT } from './samba.js';
import type { Port, Try } from './scenario.js';

/** Folder of the Python programs in the sources, seen from build/test/lab. */
const PEERS = fileURLToPath(new URL('../../../test/lab/peers/', import.meta.url));

export interface Command {
  readonly host: Host;
  readonly argv: readonly string[];
  /** The client succeeds when all of these work. */
  readonly needs: readonly Port[];
}

export function tcpPeer(...args: readonly string[]): string[] {
  return [PYTHON, `${PEERS}tcp_peer.py`, ...args];
}

/** @param config smb.conf of the clients */
export function commandsOf(one: Try, config: string): Command[] {
  const { computer, version = 4, how = [] } = one;
  const target = one.to ?? addressOf(computer, version);
  const server = one.to ?? addressOf('server', version);
  const name = computer.toUpperCase();
  const fromServer = (needs: readonly Port[], ...argv: readonly string[]): Command[] => [
    { host: 'server', argv, needs },
  ];
  const smb = (port: '139' | '445'): Command[] =>
    fromServer(
      [`tcp/${port}`],
      ...['smbclient', '-s', config, '-N', '-p', port, '-I', target],
      ...['-c', 'get recording.txt /dev/null', `//${name}/share`],
    );
  switch (one.attempt) {
    case 'icmp':
      return fromServer(['icmp'], 'ping', `-${version}`, '-n', '-c', '3', '-i', '0.5', '-W', '3', target);
    case 'netbios':
      return fromServer(['udp/137'], 'nmblookup', '-s', config, '-U', target, name);
    case '139':
    case '445':
      return smb(one.attempt);
    case 'smb':
      return [...smb('445'), ...smb('139')];
    case 'rpc':
      return fromServer(
        ['tcp/135', 'tcp/dynamic'],
        ...['rpcclient', '-s', config, '-U%', '-c', 'srvinfo', `ncacn_ip_tcp:${target}`],
      );
    case 'service_control':
      return fromServer(
        ['tcp/445'],
        ...[PYTHON, `${PEERS}service_control.py`, target, ACCOUNT.user, ACCOUNT.password],
      );
    case 'agent':
      return fromServer(['tcp/9003'], ...tcpPeer('call', target, '9003', ...how));
    case 'server':
      return [{ host: computer, argv: tcpPeer('call', server, '9004', ...how), needs: ['tcp/9004'] }];
    case 'test_agent':
      return fromServer(['tcp/9003'], ...tcpPeer('test', target, '9003', ...how));
    case 'test_mapper':
      return fromServer(['tcp/135'], ...tcpPeer('test', target, '135', ...how));
    case 'test_smb':
      return fromServer(['tcp/445'], ...tcpPeer('test', target, '445', ...how));
    case 'test_server':
      return [{ host: computer, argv: tcpPeer('test', server, '9004', ...how), needs: ['tcp/9004'] }];
    case 'wrong_way':
      return [{ host: computer, argv: tcpPeer('call', server, '9003', ...how), needs: [] }];
  }
}
