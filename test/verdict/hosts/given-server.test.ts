/** Addresses given with --server, held against the hosts of the capture. */
import test from 'ava';
import { parseAddress } from '../../../src/flow/record/address.js';
import { serverText } from '../../../src/report/assemble/words/server-text.js';
import { givenServer } from '../../../src/verdict/hosts/given-server.js';
import { hostKeyText } from '../../../src/verdict/words/host-key.js';
import { FlowScan } from '../../../src/verdict/hosts/flow-scan.js';
import { NAS, PC, Scene } from '../scene.js';

function given(scene: Scene, ...addresses: readonly string[]): ReturnType<typeof givenServer> {
  const words = addresses.map(parseAddress).filter((one) => one !== null);
  return givenServer(new FlowScan(scene.trace.table, 9003, 9004), words);
}

test('an address at either end of a flow is taken as it was given', (t) => {
  for (const scene of [new Scene().tcp(NAS, PC, 9003), new Scene().tcp(PC, NAS, 9004)]) {
    const { server, missing } = given(scene, NAS);
    t.is(server.source, 'option');
    t.deepEqual([...server.keys].map(hostKeyText), [NAS]);
    t.deepEqual(missing, []);
  }
});

test('where none of the addresses occurs this server is unknown, and they are named', (t) => {
  const { server, missing } = given(new Scene().tcp(NAS, PC, 9003), '10.9.9.9', 'fd00::9');
  t.is(server.source, 'unknown');
  t.is(server.keys.size, 0);
  t.deepEqual(missing, ['10.9.9.9', 'fd00::9']);
  t.is(serverText(server.reasons), '10.9.9.9, fd00::9, given with --server, do not occur in this capture.');
});

test('one address of several that does not occur is said and changes nothing', (t) => {
  const { server, missing } = given(new Scene().tcp(NAS, PC, 9003), NAS, '10.9.9.9');
  t.is(server.source, 'option');
  t.is(server.keys.size, 2);
  t.deepEqual(missing, ['10.9.9.9']);
  t.regex(serverText(server.reasons), /10\.9\.9\.9, given with --server, does not occur in this capture\.$/);
});

test('in an empty capture nothing is missing', (t) => {
  t.deepEqual(given(new Scene(), NAS).missing, []);
  t.is(given(new Scene(), NAS).server.source, 'option');
});
