/** Errors, by name, whose message is written for the user; any other is a bug. */
export const KNOWN_ERRORS: ReadonlySet<string> = new Set([
  'CaptureError',
  'GateError',
  'InventoryError',
  'MappingError',
  'RulePackError',
  'OutputError',
  'ResultError',
  'UsageError',
]);
