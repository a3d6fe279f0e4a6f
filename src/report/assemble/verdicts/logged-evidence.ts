/** What a firewall log says, as evidence of a verdict. */
import type { LogBlock } from '../../../verdict/words/log-block.js';
import type { EvidenceModel } from '../../model/model.js';
import { sourceName } from '../input/names.js';
import { timeStamp } from '../input/time.js';

export function loggedEvidence(block: LogBlock): EvidenceModel {
  const sec = Math.floor(block.time);
  const time = timeStamp(sec, Math.round((block.time - sec) * 1e9) % 1e9);
  return {
    file: sourceName(block.path),
    frames: [],
    firstTime: time,
    lastTime: time,
    filter: '',
    shows: `blocked at the ${block.at}, as its own firewall log says`,
    log: { unit: block.unit, number: block.number, text: block.text, rule: block.ruleName },
  };
}
