/** What the originator sends is what it asks for: it says nothing of the side that is called. */
import test from 'ava';
import type { ServiceName } from '../../src/recognise/facts/services.js';
import { NAS, PC, Scene } from './scene.js';

const ASKED = ['> S 100', '< SA 300 101', '> A 101 301', '> A 101 301 +9', '< A 301 110'];

function asked(lines: readonly string[], service: ServiceName, works = 0): Scene {
  const scene = new Scene();
  const [id = 0] = scene.trace.tcp([...ASKED, ...lines], { ip: PC, port: 51_000 }, { ip: NAS, port: 9004 });
  scene.facts.spoken(id, service, 0);
  for (let i = 0; i < works; i++) scene.tcp(PC, NAS, 9004, 'works', 60 * (i + 1));
  return scene;
}

test('a browser that is closed, reset or left without an answer proves the port and no more', (t) => {
  for (const end of [['< FA 301 110'], ['< RA 301 110'], ['@30 > FA 110 301']]) {
    t.like(asked(end, 'http').verdict('ua-9004-in'), { verdict: 'working', spoken: false });
    t.like(asked(end, 'http', 6).verdict('ua-9004-in'), { verdict: 'working', fails: 0 });
  }
});

test('the service of the rule that takes a request and never answers does not work', (t) => {
  t.like(asked(['< FA 301 110'], 'dotnet_remoting').verdict('ua-9004-in'), {
    verdict: 'blocked',
    reason: 'closed_without_answer',
  });
  t.like(asked(['@30 > FA 110 301'], 'negotiate_stream').verdict('ua-9004-in'), {
    verdict: 'blocked',
    reason: 'request_never_answered',
  });
});
