/** What a capture makes flows remember has an end, and nothing breaks there. */
import test from 'ava';
import { IpProto, Packet } from '../../src/decode/packet/packet.js';
import { MAX_DROP_NOTES } from '../../src/flow/table.js';
import { FlowEventLog, MAX_NOTES, NO_SENDER, NoteKind } from '../../src/flow/tcp/attempts.js';
import { LinkAddresses, MAX_LINKS } from '../../src/flow/record/link-addresses.js';
import { MAX_IPSEC_PAIRS, Unread } from '../../src/flow/vantage/unread.js';
import { CLIENT, SERVER, START, tcpPacket, Trace } from './script.js';

test('link addresses beyond the limit count as none, those before it keep their number', (t) => {
  const links = new LinkAddresses();
  const p = new Packet();
  p.view = new DataView(new ArrayBuffer(6));
  p.srcMacAt = 0;
  const numberOf = (n: number): number => {
    p.view.setUint32(2, n);
    return links.senderOf(p);
  };
  for (let n = 1; n <= MAX_LINKS; n++) if (numberOf(n) !== n) t.fail(`address ${n}`);
  t.is(numberOf(MAX_LINKS + 1), 0);
  t.is(numberOf(7), 7);
  t.is(links.text(7), '00:00:00:00:00:07');
});

test('of many pairs with IPsec the first are named, and their packets are still counted', (t) => {
  const unread = new Unread();
  const p = new Packet();
  p.ipVersion = 4;
  p.ipProto = IpProto.Esp;
  for (let n = 0; n <= MAX_IPSEC_PAIRS; n++) {
    p.src0 = n + 1;
    unread.packet(p);
  }
  p.src0 = 1;
  unread.packet(p);
  t.is(unread.ipsecPairs.length, MAX_IPSEC_PAIRS);
  t.is(unread.ipsecPairs[0]?.packets, 2);
  t.is(unread.protocols[IpProto.Esp], MAX_IPSEC_PAIRS + 2);
});

test('of many link types that nobody reads the first are told apart', (t) => {
  const unread = new Unread();
  for (let type = 1000; type < 1100; type++) unread.frame(type);
  const { size } = unread.linkTypes;
  t.is(size, 64);
  unread.frame(1000);
  t.is(unread.linkTypes.get(1000), 2);
  t.is(unread.linkTypes.size, size);
});

test('of what GRE carries 64 types are told apart, and those go on', (t) => {
  const unread = new Unread();
  const p = new Packet();
  p.ipProto = IpProto.Gre;
  for (p.greType = 1; p.greType <= 65; p.greType++) unread.packet(p);
  p.greType = 64;
  unread.packet(p);
  t.is(unread.greTypes.size, 64);
  t.is(unread.greTypes.get(64), 2);
  t.is(unread.greTypes.get(65), undefined);
  t.is(unread.protocols[IpProto.Gre], 66);
});

test('of the drops that are reported of a flow the first are kept', (t) => {
  const trace = new Trace();
  trace.tcp(['> S 100']);
  const syn = tcpPacket(CLIENT, SERVER, 'S', 100);
  for (let reason = 1; reason <= MAX_DROP_NOTES + 2; reason++) {
    const report = { reason, location: reason, component: 1, direction: 1 };
    t.true(trace.table.reportDrop(syn, START + reason, 0, report));
  }
  const drops = trace
    .flow()
    .notes()
    .filter(({ kind }) => kind === NoteKind.Dropped);
  t.deepEqual(
    drops.map(({ sec }) => sec - START),
    Array.from({ length: MAX_DROP_NOTES }, (_, i) => i + 1),
  );
});

test('notes of all flows have an end; one that is given back makes room', (t) => {
  const log = new FlowEventLog();
  const where = { fileIndex: 0, frame: 1, sec: 1, nsec: 0 };
  const note = {
    kind: NoteKind.Syn,
    side: 0,
    ttl: 1,
    icmp: 0,
    ipId: 0,
    window: 0,
    sender: NO_SENDER,
    ...where,
  };
  for (let n = 1; n <= MAX_NOTES; n++) if (log.add(0, note) !== n) t.fail(`note ${n}`);
  t.deepEqual([log.add(0, note), log.dropped, log.count], [0, 1, MAX_NOTES]);
  log.release(7);
  t.deepEqual([log.add(0, note), log.dropped], [7, 1]);
});
