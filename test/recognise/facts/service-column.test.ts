import test from 'ava';
import { ServiceColumn } from '../../../src/recognise/facts/service-column.js';

test('a flow has the value that was set last, and no other flow has it', (t) => {
  const column = new ServiceColumn(['smb', 'dns']);
  column.set(3, 'smb');
  column.set(70_000, 'dns');
  t.deepEqual(
    [2, 3, 4, 70_000, 70_001, 1e9].map((flow) => column.get(flow)),
    [undefined, 'smb', undefined, 'dns', undefined, undefined],
  );
  column.set(3, 'dns');
  t.is(column.get(3), 'dns');
});

test('what is taken back is none, also beyond the room', (t) => {
  const column = new ServiceColumn(['smb']);
  column.set(1, 'smb');
  column.set(1, undefined);
  column.set(1 << 20, undefined);
  t.is(column.get(1), undefined);
  t.is(column.get(1 << 20), undefined);
});
