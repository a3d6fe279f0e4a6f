/** Answers without a question: joined with one that went elsewhere, else told of nobody. */
import test from 'ava';
import { icmpPacket } from '../../flow/script.js';
import { FlowScan } from '../../../src/verdict/hosts/flow-scan.js';
import { NAS, PC, Scene } from '../scene.js';

const OTHER = '10.0.9.1';
const FAR = '198.51.100.7';

/** SYNs of `from` to one address, whose SYN-ACKs come from another; `then` is what `from` says to them. */
function elsewhere(from: string, to: string, other: string, port: number, then: readonly string[]): Scene {
  const scene = new Scene();
  const own = { ip: from, port: 50_100 };
  scene.trace.tcp(['@0 > S 100', '@1 > S 100', '@3 > S 100'], own, { ip: to, port });
  scene.trace.tcp(['@0.1 < SA 300 101', ...then, '@3.1 < SA 300 101'], own, { ip: other, port });
  return scene;
}

test('a SYN whose SYN-ACK comes from another address fails by that, and the other is no computer', (t) => {
  const scene = elsewhere(NAS, PC, OTHER, 9003, ['@0.2 > R 101']).tcp(PC, NAS, 9004);
  const found = scene.verdict('ua-9003');
  t.like(found, { verdict: 'blocked', reason: 'syn_answered_elsewhere' });
  t.deepEqual(found?.answerers, [OTHER]);
  t.deepEqual(scene.computers(), [PC]);
});

test('the same over IPv6, on 445, whatever the asker says to it', (t) => {
  const [nas, pc, other] = ['2001:db8::10', '2001:db8:1::1', '2001:db8:1::2'];
  const scene = elsewhere(nas, pc, other, 445, []).tcp(pc, nas, 9004);
  const found = scene.judge([nas]).verdicts.find(({ rule }) => rule.id === 'ua-smb-video');
  t.is(found?.reason, 'syn_answered_elsewhere');
  t.is(scene.judge([nas]).computers.length, 1);
});

test('an answer with another number, or long after, belongs to nobody', (t) => {
  const own = { ip: NAS, port: 50_100 };
  for (const answer of ['@0.1 < SA 300 999', '@500 < SA 300 101']) {
    const scene = new Scene().tcp(PC, NAS, 9004);
    scene.trace.tcp(['@0 > S 100', '@1 > S 100', '@3 > S 100'], own, { ip: PC, port: 9003 });
    scene.trace.tcp([answer], own, { ip: OTHER, port: 9003 });
    t.is(scene.verdict('ua-9003')?.reason, 'syn_silent');
    t.deepEqual(scene.computers(), [PC]);
  }
});

test('SYN-ACKs from everywhere make no computer, no finding and no missing direction', (t) => {
  const scene = new Scene().tcp(PC, NAS, 9004);
  for (let i = 0; i < 5; i++) {
    const own = { ip: NAS, port: 40_000 + i };
    scene.trace.tcp(['@1 < SA 300 101'], own, { ip: `198.51.100.${i}`, port: i % 2 === 0 ? 445 : 4444 });
  }
  t.deepEqual(scene.computers(), [PC]);
  t.deepEqual(new Set(scene.classes().slice(1)), new Set(['background stray_answer']));
  const { counts } = new FlowScan(scene.trace.table, 9003, 9004);
  t.is(counts.oneSidedFlows, 0);
  t.is(counts.midstreamFlows, 0);
});

test('where nothing that the asker sends was captured, a lone SYN-ACK says that its half is missing', (t) => {
  const scene = new Scene();
  scene.trace.tcp(['@0 < SA 300 101'], { ip: NAS, port: 50_000 }, { ip: PC, port: 9003 });
  t.is(new FlowScan(scene.trace.table, 9003, 9004).counts.oneSidedFlows, 1);
  t.deepEqual(scene.computers(), [PC]);
});

for (const [nas, pc, other, ask, answer] of [
  [NAS, PC, OTHER, 8, 0],
  ['2001:db8::10', '2001:db8:1::1', '2001:db8:1::2', 128, 129],
] as const) {
  test(`an echo reply from another address is told with it, ${pc}`, (t) => {
    const scene = new Scene().tcp(pc, nas, 9004);
    const question = icmpPacket(nas, pc, ask);
    const reply = icmpPacket(other, nas, answer);
    question.icmpId = reply.icmpId = 1;
    question.icmpSeq = reply.icmpSeq = 77;
    scene.trace.add(question, 0);
    scene.trace.add(reply, 0.1);
    const judgement = scene.judge([nas]);
    t.is(judgement.computers.length, 1);
    const found = judgement.verdicts.find(({ rule }) => rule.id === 'ua-icmp');
    t.like(found, { verdict: 'inconclusive', reason: 'ping_answered_elsewhere' });
    t.deepEqual(found?.answerers, [other]);
  });
}

test('a SYN-ACK of a computer that is judged for other reasons tells of it that nothing is clear', (t) => {
  const scene = new Scene().tcp(PC, NAS, 9004).tcp(NAS, FAR, 135);
  scene.trace.tcp(['@1 < SA 300 101', '@1.1 > R 101'], { ip: NAS, port: 40_000 }, { ip: PC, port: 445 });
  t.is(scene.verdict('ua-smb-video')?.verdict, 'inconclusive');
});
