/** One round of `npm run bench -- recognition` in a process of its own: <capture> on|off; prints the seconds. */
import '../../src/platform/node/install.js';
import { runFrameLoop } from './frame-loop.js';

const [capture = '', recognition = 'on'] = process.argv.slice(2);
const { seconds } = await runFrameLoop(capture, recognition === 'on');
process.stdout.write(`${seconds}\n`);
