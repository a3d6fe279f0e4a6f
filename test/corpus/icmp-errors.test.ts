/** Every ICMP error of the public captures is attached to the flow that it quotes. */
import test from 'ava';
import { NoteKind } from '../../src/flow/tcp/attempts.js';
import { ipv4Text, ipv6Text } from '../../src/flow/record/address.js';
import { flowsOf } from './measured.js';
import { grouped, HAS_CORPUS, NO_CORPUS, pathOf, truth } from './truth.js';
import { leftOut } from '../test-with.js';

if (HAS_CORPUS) {
  for (const [file, rows] of grouped(truth('icmp_err.tsv'), 'file')) {
    test(`ICMP errors of ${file} are attached to the flows they quote`, async (t) => {
      const flows = await flowsOf(pathOf(file));
      for (const row of rows) {
        const ends = [
          `${row['inner_src']} ${row['inner_sport_or_type']}`,
          `${row['inner_dst']} ${row['inner_dport_or_code']}`,
        ].sort();
        const quoted = flows.filter(
          (flow) =>
            flow.proto === row['inner_proto'] &&
            [`${flow.orig} ${flow.origPort}`, `${flow.resp} ${flow.respPort}`].sort().join() === ends.join(),
        );
        // An error may quote a packet that was not captured: then there is no flow to attach it to.
        if (quoted.length === 0) continue;
        const notes = quoted.flatMap((flow) => flow.notes).filter((note) => note.kind === NoteKind.Icmp);
        const icmp = (Number(row['type']) << 8) | Number(row['code']);
        const note = notes.find((one) => one.frame === Number(row['frame']) && one.icmp === icmp);
        t.truthy(note, `frame ${row['frame']}`);
        if (note === undefined) continue;
        const sender = row['v'] === '4' ? ipv4Text(note.sender[0]) : ipv6Text(...note.sender);
        t.is(sender, row['outer_src'] ?? '');
      }
      t.pass();
    });
  }
} else {
  leftOut('the public captures', NO_CORPUS);
}
