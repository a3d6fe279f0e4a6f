/** Only the noise of an office: no flow of User Activity at all, which must not look like success. */
import { neighbour } from '../craft/hosts.js';
import { officeNoise } from '../background.js';
import { pcapngOf, stage, type Sample } from '../sample.js';

export const nothingToJudge: Sample = {
  file: 'nothing-to-judge.pcapng',
  make: () => {
    const { wire, server, dc } = stage(15);
    for (const at of [300, 600, 900]) officeNoise(wire, server, neighbour(), dc, at);
    return pcapngOf(wire, { comment: 'No traffic between the server and a monitored computer.' });
  },
};
