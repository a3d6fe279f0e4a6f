/** Damaged messages of the NetBIOS name service, which have the form of DNS, and versions of QUIC. */
import test from 'ava';
import { be16, be32, concat, text, u8, zeros } from '../../../captures/recipes/craft/bytes.js';
import { nameQuery } from '../../../captures/recipes/payload/netbios.js';
import { dnsQuery } from '../../../captures/recipes/payload/small.js';
import { Driver } from '../driver/driver.js';

const HOSTS = { four: ['10.0.0.1', '10.0.0.2'], six: ['2001:db8::1', '2001:db8::2'] } as const;

function service(bytes: Uint8Array, port: number, hosts: readonly [string, string] = HOSTS.four): string {
  const driver = new Driver();
  return driver.service(driver.datagram({ ip: hosts[0], port: 50_000 }, { ip: hosts[1], port }, bytes));
}

test('a damaged name query is not called DNS, whatever its port', (t) => {
  const whole = nameQuery(7, 'WS01');
  for (const [at, value] of [
    [whole.length - 3, 0x01],
    [7, 1],
    [2, 0x30],
  ] as const) {
    const damaged = Uint8Array.from(whole);
    damaged[at] = value;
    for (const port of [137, 5000]) t.notRegex(service(damaged, port), /dns/, `byte ${at}, port ${port}`);
  }
  t.is(service(dnsQuery(5, 'ws01.example.test'), 53), 'dns confirmed');
  t.is(service(dnsQuery(5, 'ws01.example.test'), 137), '');
});

test('QUIC is named in every version that has a long header', (t) => {
  const initial = (version: Uint8Array): Uint8Array =>
    concat(u8(0xc3), version, u8(8), zeros(8), u8(0), zeros(40));
  const versions = [
    be32(1),
    be32(0x6b33_43cf),
    be32(0xff00_001d),
    text('Q050'),
    text('T051'),
    be32(0x1a2a_3a4a),
  ];
  for (const version of versions) t.is(service(initial(version), 443, HOSTS.six), 'quic suspected');
  t.is(service(initial(be32(0x1234_5678)), 443), '');
  const negotiation = concat(u8(0x8a), be32(0), u8(0, 8), zeros(8), be32(1, 0x6b33_43cf));
  t.is(service(negotiation, 443), 'quic suspected');
  t.is(service(concat(negotiation, be16(1)), 443), '');
});

test('QUIC is confirmed by what answers, and not by what a client asks', (t) => {
  const initial = concat(u8(0xc3), be32(1), u8(8), zeros(8), u8(0), zeros(40));
  const [client, server] = [
    { ip: HOSTS.six[0], port: 50_000 },
    { ip: HOSTS.six[1], port: 443 },
  ] as const;
  const driver = new Driver();
  const flow = driver.datagram(client, server, initial);
  t.is(driver.service(flow), 'quic suspected');
  driver.datagram(server, client, initial);
  t.is(driver.service(flow), 'quic confirmed');
});
