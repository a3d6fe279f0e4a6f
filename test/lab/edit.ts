/** The edits of a scenario, applied to the capture of the one it is made from. */
import { writeFileSync } from 'node:fs';
import { LinkType } from '../../src/capture/frames/frame.js';
import {
  cutAfterSyn,
  duplicated,
  encrypted,
  pcapBytes,
  pcapngBytes,
  plainPcapBytes,
  readFrames,
  tagged,
  twoCards,
} from './frames.js';
import type { CapturedFrame } from './frames.js';
import { must } from './machine.js';
import { ipv4, ipv6 } from './network.js';
import type { Edit, Scenario, WindowsDrop } from './scenario.js';
import { SERVER_PORT, logOf, traceWithDrops } from './windows.js';

/** The finished capture of a scenario and the ending of its file name. */
export interface Finished {
  readonly ending: '.pcap.gz' | '.pcapng.gz' | '.etl';
  readonly bytes: Uint8Array;
  /** The log of this server's firewall, null = there is none. */
  readonly log: string | null;
}

/** @param path capture as tcpdump wrote it; not changed */
export async function finish(scenario: Scenario, path: string): Promise<Finished> {
  const edits = scenario.edits ?? [];
  let frames = await readFrames(path);
  for (const edit of edits) frames = await apply(edit, frames, path);
  const log = scenario.log === undefined ? null : logOf(scenario, scenario.log, frames);
  if (scenario.reported !== undefined)
    return { ending: '.etl', bytes: reported(frames, scenario.reported), log };
  const filter = edits.find((edit) => edit.edit === 'filter')?.expression;
  return filter === undefined
    ? { ending: '.pcap.gz', bytes: pcapBytes(frames), log }
    : { ending: '.pcapng.gz', bytes: pcapngBytes(frames, filter), log };
}

function reported(frames: readonly CapturedFrame[], drop: WindowsDrop): Uint8Array {
  const packets = frames.map((frame) => ({
    ...frame,
    origLen: frame.bytes.length,
    linkType: LinkType.Ethernet,
    direction: 0,
  }));
  return traceWithDrops(packets, [drop], SERVER_PORT);
}

async function apply(edit: Edit, frames: CapturedFrame[], path: string): Promise<CapturedFrame[]> {
  switch (edit.edit) {
    case 'cut':
      return cutAfterSyn(frames, edit.port, edit.secondsAfterSyn);
    case 'duplicate':
      return duplicated(frames, edit.as);
    case 'two_cards':
      return twoCards(frames, edit.seconds, ipv4('server'));
    case 'tag':
      return frames.map((frame) => ({ ...frame, bytes: tagged(frame.bytes, edit.vlan) }));
    case 'esp':
      return encrypted(frames, ipv4('server'), ipv4(edit.computer));
    case 'filter':
      return filtered(frames, edit.expression, path);
    case 'one_direction': {
      const side = edit.keep === 'sent' ? 'src' : 'dst';
      return filtered(frames, `${side} host ${ipv4('server')} or ${side} host ${ipv6('server')}`, path);
    }
  }
}

/** What tcpdump keeps of the frames. */
async function filtered(
  frames: readonly CapturedFrame[],
  expression: string,
  path: string,
): Promise<CapturedFrame[]> {
  const [from, to] = [`${path}.whole`, `${path}.part`];
  writeFileSync(from, plainPcapBytes(frames));
  must('tcpdump', ['-r', from, '--time-stamp-precision=nano', '-Z', 'root', '-w', to, expression]);
  return readFrames(to);
}
