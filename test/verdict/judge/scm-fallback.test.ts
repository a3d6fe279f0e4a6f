/** The service control manager's detour over the pipe on 445: whose pipe, when, and for which failures. */
import test from 'ava';
import { FALLBACK_WINDOW_SECONDS } from '../../../src/verdict/judge/scm-fallback.js';
import type { RuleVerdict } from '../../../src/verdict/words/rule-verdict.js';
import { NAS, PC, Scene } from '../scene.js';
import { bound, named, pipeOpened } from '../shown.js';

/** 135 fails at 0 s (flow 0), and SMB is spoken on 445 from 1 s on (flow 1). */
function failing(course: 'silent' | 'refused' = 'silent', from = NAS, to = PC): Scene {
  return new Scene().tcp(NAS, PC, 135, course).tcp(from, to, 445, 'works', 1);
}

function words(v: RuleVerdict | undefined): string {
  const detour = v?.detour === undefined ? '' : ` ${v.detour.port} ${v.detour.delay.toFixed(1)}`;
  return `${v?.verdict} ${v?.reason}${detour} [${v?.flows.join(' ')}]`;
}

test('a pipe opened after 21 s makes a silent 135 degraded, with the delay', (t) => {
  const scene = failing();
  pipeOpened(scene, 1, 21);
  t.is(words(scene.verdict('ua-135')), 'degraded scm_fallback 445 21.0 [0 1]');
});

test('a refused 135 falls back sooner, and over 139 as well', (t) => {
  const scene = new Scene().tcp(NAS, PC, 135, 'refused').tcp(NAS, PC, 139, 'works', 1);
  pipeOpened(scene, 1, 1.5, { path: '\\PIPE\\SvcCtl' });
  t.is(words(scene.verdict('ua-135')), 'degraded scm_fallback 139 1.5 [0 1]');
});

for (const [title, at, verdict] of [
  ['before the failure', -1, 'blocked'],
  ['at the same time', 0, 'degraded'],
  ['at the end of the window', FALLBACK_WINDOW_SECONDS, 'degraded'],
  ['behind the window', FALLBACK_WINDOW_SECONDS + 1, 'blocked'],
] as const) {
  test(`a pipe opened ${title}: ${verdict}`, (t) => {
    const scene = failing();
    pipeOpened(scene, 1, at);
    t.is(scene.verdict('ua-135')?.verdict, verdict);
  });
}

test('a later attempt that a pipe followed counts as well, and the pipes are looked at in order of time', (t) => {
  const scene = failing().tcp(NAS, PC, 135, 'silent', 1000);
  pipeOpened(scene, 1, 1040);
  pipeOpened(scene, 1, 1021);
  t.is(words(scene.verdict('ua-135')), 'degraded scm_fallback 445 21.0 [0 2 1]');
});

test('what is no way around does not count', (t) => {
  const others: readonly ((scene: Scene) => void)[] = [
    (s) => pipeOpened(s, 1, 21, { path: 'winreg' }),
    (s) => pipeOpened(s, 1, 21, { status: 0xc0000022 }),
    (s) => pipeOpened(s, 1, 21, { status: -1 }),
    (s) => pipeOpened(s, 1, 21, { pipe: false }),
  ];
  for (const open of others) {
    const scene = failing();
    open(scene);
    t.is(scene.verdict('ua-135')?.verdict, 'blocked');
  }
});

test('a pipe on another computer, or opened by another host, does not count', (t) => {
  const otherPc = failing('silent', NAS, '10.0.1.2');
  const otherClient = failing('silent', '10.0.9.9', PC);
  for (const scene of [otherPc, otherClient]) {
    pipeOpened(scene, 1, 21);
    t.is(scene.verdict('ua-135')?.verdict, 'blocked');
  }
});

test('the failed port of the service control manager falls back, that of another interface does not', (t) => {
  for (const [name, verdict] of [
    ['svcctl', 'degraded'],
    ['IWbemServices', 'blocked'],
  ] as const) {
    const scene = new Scene().tcp(NAS, PC, 135);
    bound(scene, 0);
    // Several interfaces share a port; one of them is enough.
    named(scene, 0, 49_700, 0, { name });
    named(scene, 0, 49_700, 0.5, { name: 'atsvc' });
    scene.tcp(NAS, PC, 49_700, 'silent', 1).tcp(NAS, PC, 445, 'works', 2);
    pipeOpened(scene, 2, 22);
    t.is(scene.verdict('ua-wmi-dynamic')?.verdict, verdict, name);
  }
});

test('a port of another interface that fails beside keeps the verdict', (t) => {
  const scene = new Scene().tcp(NAS, PC, 135);
  bound(scene, 0);
  named(scene, 0, 49_700);
  named(scene, 0, 49_701, 0, { name: 'IWbemServices' });
  scene.tcp(NAS, PC, 49_700, 'silent', 1).tcp(NAS, PC, 49_701, 'silent', 1).tcp(NAS, PC, 445, 'works', 2);
  pipeOpened(scene, 3, 22);
  t.is(scene.verdict('ua-wmi-dynamic')?.verdict, 'blocked');
});

test('what works, and what 135 is not needed for, stays as it is', (t) => {
  const works = new Scene().tcp(NAS, PC, 135).tcp(NAS, PC, 445, 'works', 1);
  pipeOpened(works, 1, 21);
  t.is(works.verdict('ua-135')?.verdict, 'working');
  const agent = new Scene().tcp(NAS, PC, 9003, 'silent').tcp(NAS, PC, 445, 'works', 1);
  pipeOpened(agent, 1, 21);
  t.is(agent.verdict('ua-9003')?.verdict, 'blocked');
});
