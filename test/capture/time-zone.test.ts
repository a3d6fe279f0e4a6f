/** Time zones of Windows, against what the platform's own data says of the same zones. */
import test from 'ava';
import { isTimeZone, offsetAt, utcOfLocal } from '../../src/capture/bytes/time-zone.js';
import type { TimeZone, ZoneChange } from '../../src/capture/bytes/time-zone.js';

const NEVER: ZoneChange = { year: 0, month: 0, weekday: 0, day: 0, hour: 0, minute: 0 };
const sunday = (month: number, day: number, hour: number): ZoneChange => ({
  year: 0,
  month,
  weekday: 0,
  day,
  hour,
  minute: 0,
});
const BERLIN: TimeZone = {
  bias: -60,
  standardBias: 0,
  daylightBias: -60,
  standard: sunday(10, 5, 3),
  daylight: sunday(3, 5, 2),
};
const NEW_YORK: TimeZone = {
  bias: 300,
  standardBias: 0,
  daylightBias: -60,
  standard: sunday(11, 1, 2),
  daylight: sunday(3, 2, 2),
};
const SYDNEY: TimeZone = {
  bias: -600,
  standardBias: 0,
  daylightBias: -60,
  standard: sunday(4, 1, 3),
  daylight: sunday(10, 1, 2),
};
const KOLKATA: TimeZone = { bias: -330, standardBias: 0, daylightBias: 0, standard: NEVER, daylight: NEVER };

/** Minutes ahead of UTC by the platform's own data. */
function knownOffset(zone: string, utc: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    timeZoneName: 'longOffset',
  }).formatToParts(utc * 1000);
  const [, sign = '+', hours = '0', minutes = '0'] =
    /GMT(?:([+-])(\d\d):(\d\d))?/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

test('offsets are those of the zones, all through several years', (t) => {
  const zones: readonly (readonly [TimeZone, string])[] = [
    [BERLIN, 'Europe/Berlin'],
    [NEW_YORK, 'America/New_York'],
    [SYDNEY, 'Australia/Sydney'],
    [KOLKATA, 'Asia/Kolkata'],
  ];
  const begin = Date.UTC(2024, 0, 1) / 1000;
  for (const [zone, name] of zones) {
    for (let hour = 0; hour < 3 * 366 * 24; hour += 7) {
      const utc = begin + hour * 3600;
      if (offsetAt(zone, utc) !== knownOffset(name, utc))
        t.fail(`${name} ${new Date(utc * 1000).toISOString()}`);
    }
  }
  t.pass();
});

test('a local time means one time, two in the hour that comes twice', (t) => {
  const at = (...parts: [number, number, number, number, number]): number => Date.UTC(...parts) / 1000;
  t.deepEqual(utcOfLocal(BERLIN, at(2026, 0, 5, 12, 0)), [at(2026, 0, 5, 11, 0)]);
  t.deepEqual(utcOfLocal(BERLIN, at(2026, 6, 5, 12, 0)), [at(2026, 6, 5, 10, 0)]);
  t.deepEqual(utcOfLocal(BERLIN, at(2026, 9, 25, 2, 30)), [at(2026, 9, 25, 1, 30), at(2026, 9, 25, 0, 30)]);
  t.deepEqual(utcOfLocal(BERLIN, at(2026, 2, 29, 2, 30)), [at(2026, 2, 29, 1, 30)]);
  t.deepEqual(utcOfLocal(KOLKATA, at(2026, 6, 5, 12, 0)), [at(2026, 6, 5, 6, 30)]);
});

test('what can be no zone is none', (t) => {
  t.true(isTimeZone(SYDNEY));
  t.false(isTimeZone({ ...SYDNEY, bias: 0x7fff_ffff }));
});
