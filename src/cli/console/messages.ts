/** Messages to the user: one place that writes them, safe for a terminal whatever a file name holds. */
import { printable } from '../../rules/words/printable.js';

/** `portwitness: <text>` on standard error. Lines stay lines; everything else that acts is spelled out. */
export function say(text: string): void {
  process.stderr.write(`portwitness: ${text.split('\n').map(printable).join('\n')}\n`);
}
