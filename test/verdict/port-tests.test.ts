/** Connections that are opened to see whether a port answers: however they end, the handshake proves the port. */
import test from 'ava';
import { assumptionsOf, confidenceOf } from '../../src/verdict/judge/confidence.js';
import { NAS, PC, Scene } from './scene.js';

const OPEN = ['> S 100', '< SA 300 101', '> A 101 301'];

/** How a port test may go on after its handshake. */
const ENDS: Readonly<Record<string, readonly string[]>> = {
  'PowerShell, which Windows answers with a RST': ['@0.01 > FA 101 301', '@0.011 < RA 301 102'],
  'nc -z': ['@0.01 > FA 101 301', '@0.012 < FA 301 102', '@0.013 > A 102 302'],
  'a scanner that resets': ['@0.01 > RA 101 301'],
  'nc with a word and a FIN': ['> PA 101 301 +5', '> FA 106 301', '@0.01 < A 301 107', '@0.02 < RA 301 107'],
  'a session that stays open': [],
};

for (const [title, lines] of Object.entries(ENDS)) {
  for (const [from, to, port, rule] of [
    [NAS, PC, 445, 'ua-smb-rpc'],
    [PC, NAS, 9004, 'ua-9004-in'],
    ['fd00::10', 'fd00::21', 135, 'ua-135'],
  ] as const) {
    test(`${title}, on ${port}: working, with medium confidence`, (t) => {
      const scene = new Scene();
      scene.trace.tcp([...OPEN, ...lines], { ip: from, port: 50_100 }, { ip: to, port });
      const v = scene.judge([NAS, 'fd00::10']).verdicts.find((one) => one.rule.id === rule);
      t.is(v?.verdict, 'working');
      const codes = assumptionsOf(v!, 3, { serverInferred: false, framesLost: false });
      t.is(confidenceOf('working', codes), 'medium');
    });
  }
}

test('one answer with payload beside port tests is shown first and is not doubted', (t) => {
  const scene = new Scene();
  scene.trace.tcp([...OPEN, '@0.01 > FA 101 301'], { ip: NAS, port: 50_100 }, { ip: PC, port: 9003 });
  scene.tcp(NAS, PC, 9003, 'works', 10);
  const v = scene.verdict('ua-9003')!;
  t.is(v.detail, 'data_both_ways');
  const codes = assumptionsOf(v, 3, { serverInferred: false, framesLost: false });
  t.is(confidenceOf(v.verdict, codes), 'high');
});
