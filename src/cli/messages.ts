/** Messages to the user: one place that writes them, safe for a terminal whatever a file name holds. */
import { printable } from '../rules/printable.js';

/** Errors, by name, whose message is written for the user; any other is a bug. */
export const KNOWN_ERRORS: ReadonlySet<string> = new Set([
  'CaptureError',
  'GateError',
  'InventoryError',
  'RulePackError',
  'MappingError',
  'OutputError',
  'ResultError',
  'UsageError',
]);

/** `portwitness: <text>` on standard error. Lines stay lines; everything else that acts is spelled out. */
export function say(text: string): void {
  process.stderr.write(`portwitness: ${text.split('\n').map(printable).join('\n')}\n`);
}
