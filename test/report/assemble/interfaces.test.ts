/** A capture may declare tens of thousands of interfaces; what is written of them has a bound. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { MAX_SHOWN_INTERFACES } from '../../../src/report/assemble/assemble.js';
import { writeHtml } from '../../../src/report/html/write.js';
import { writeJson2 } from '../../../src/report/json/write-2.js';
import { PcapngBuilder } from '../../capture/file-builder.js';
import { analysed } from '../../fuzzing/outputs.js';
import { fitsSchema } from '../../fuzzing/schemas.js';
import { collected } from '../collect.js';

test('of many interfaces the first are listed, and the others counted, on the page and in the JSON', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'interfaces-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'many.pcapng');
  const b = new PcapngBuilder(true);
  const many = 5000;
  const name = Buffer.from('an adapter with a long name '.repeat(20));
  const blocks = Array.from({ length: many }, () => b.interface(1, 0, [[2, name]]));
  writeFileSync(path, Buffer.concat([b.section(), ...blocks]));
  const model = await analysed({ inputs: [path] });
  t.is(model.captures[0]?.interfaces.length, MAX_SHOWN_INTERFACES);
  t.is(model.captures[0]?.interfacesOmitted, many - MAX_SHOWN_INTERFACES);
  const json = await collected(writeJson2, model);
  fitsSchema('json2', json);
  t.true(json.length < 200_000);
  const page = await collected(writeHtml, model);
  t.regex(page, /and 4,900 more interfaces/);
});
