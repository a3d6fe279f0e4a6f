/** A name that does not resolve and a right that is refused are causes of their own, once for all who met them. */
import test from 'ava';
import { observationCauses } from '../../../src/report/assemble/verdicts/observation-causes.js';
import type { FoundObservation } from '../../../src/report/assemble/verdicts/observations.js';
import type { ObservationModel } from '../../../src/report/model/model.js';
import { evidence, host, stamp } from '../parts.js';

function found(
  code: string,
  what: string,
  address: string,
  more: Partial<ObservationModel> & { at?: number } = {},
): FoundObservation {
  const { at = 1, ...rest } = more;
  const model = {
    code,
    level: 'warning' as const,
    title: '',
    text: '',
    who: '',
    count: 1,
    evidence: { ...evidence([1], 0, '', ''), firstTime: stamp(at), lastTime: stamp(at) },
    ...rest,
  };
  return {
    model,
    what,
    detail: code === 'lookup_failed' ? 'NXDOMAIN' : 'access denied',
    host: host(address),
  };
}

test('one refused right of many computers is one cause for the owner of the account', (t) => {
  const causes = observationCauses(
    ['10.0.1.1', '10.0.1.2', '10.0.1.1'].map((address, i) =>
      found('access_denied', 'OpenSCManagerW', address, { at: i }),
    ),
    4,
  );
  t.is(causes.length, 1);
  const [cause] = causes;
  t.is(cause?.id, 'c4');
  t.is(cause?.computers, 2);
  t.deepEqual(cause?.cells, []);
  t.is(cause?.owner, 'account_owner');
  t.is(cause?.title, '2 computers refuse OpenSCManagerW: access denied');
  t.is(cause?.lastTime?.sec, stamp(2).sec);
});

test('two names are two causes for whoever runs DNS; what is only noted is none', (t) => {
  const causes = observationCauses(
    [
      found('lookup_failed', 'nas01.example.test', '10.0.1.1'),
      found('lookup_failed', 'ws08.example.test', '10.0.1.1'),
      found('lookup_failed', 'wpad', '10.0.1.1', { level: 'note' }),
      found('clear_remoting', 'x', '10.0.1.1'),
    ],
    1,
  );
  t.deepEqual(
    causes.map(({ kind, reach, owner, required }) => ({ kind, reach, owner, required })),
    ['nas01.example.test', 'ws08.example.test'].map((reach) => ({
      kind: 'name',
      reach,
      owner: 'dns_admin',
      required: false,
    })),
  );
  t.true(
    causes[0]?.title.startsWith('nas01.example.test does not resolve (NXDOMAIN), asked for by 10.0.1.1'),
  );
});
