/** A capture that was cut, snapped or damaged claims nothing with high confidence that the whole one does not. */
import type { Choice } from '../choice.js';
import { put } from '../choice.js';
import { claimsOf, newClaims } from '../claims.js';
import type { Frame } from '../corpus.js';
import { bytesOf, pcapOf, pcapngOf } from '../mutate/container.js';
import type { Container } from '../mutate/container.js';
import { gzipped } from '../mutate/envelope.js';
import { analysed } from '../outputs.js';
import { unlessRefused } from '../target.js';
import type { Target } from '../target.js';

const SNAPS = [14, 34, 54, 60, 64, 66, 68, 74, 90, 96, 128, 200, 256];

function snapped(frames: readonly Frame[], snap: number): Frame[] {
  return frames.map((frame) => ({ ...frame, bytes: frame.bytes.slice(0, snap) }));
}

/** Bytes of a container that ends early or has a hole. */
function damaged(container: Container, choice: Choice): Uint8Array {
  const bytes = Uint8Array.from(bytesOf(container));
  switch (choice.below(3)) {
    case 0:
      return bytes.slice(0, choice.below(bytes.length));
    case 1: {
      const zipped = Uint8Array.from(gzipped(bytes, choice.few(3)));
      return zipped.slice(0, choice.below(zipped.length));
    }
    default: {
      // The length of a record or block.
      const index = choice.between(1, container.parts.length - 1);
      const at = container.parts.slice(0, index).reduce((sum, part) => sum + part.length, 0);
      put(bytes, at + (container.format === 'pcap' ? 8 : 4), 4, choice.edge(32), container.little);
      return bytes;
    }
  }
}

export const DAMAGE: Target = {
  name: 'damage',
  weight: 4,
  async make(choice, stage) {
    const all = await stage.corpus.framesOf(choice.one(stage.corpus.names));
    const frames = all.slice(0, 3000);
    const form = (of: readonly Frame[]): Container =>
      new Set(of.map(({ linkType }) => linkType)).size > 1 || choice.oneIn(2) ? pcapngOf(of) : pcapOf(of);
    const whole = form(frames);
    const snaps = choice.oneIn(2);
    const copy = snaps ? bytesOf(form(snapped(frames, choice.one(SNAPS)))) : damaged(whole, choice);
    const files = new Map([
      ['copy', copy],
      ['whole', bytesOf(whole)],
    ]);
    const check = async (given: ReadonlyMap<string, Uint8Array>): Promise<void> => {
      const [input, reference] = ['copy', 'whole'].map((name) =>
        stage.files.put(name, given.get(name) ?? new Uint8Array(0)),
      );
      const model = await unlessRefused(() => analysed({ inputs: [input ?? ''] }));
      const before = await unlessRefused(() => analysed({ inputs: [reference ?? ''] }));
      if (model === null || before === null) return;
      const found = newClaims(claimsOf(before), claimsOf(model));
      if (found.length > 0)
        throw new Error(
          `a new claim in a ${snaps ? 'snapped' : 'damaged'} copy: ${found.slice(0, 3).join('; ')}`,
        );
    };
    return { files, check };
  },
};
