/** All output formats, in the order in which they are written: a new one is its folder and a line here. */
import { CHANGES } from './changes/format.js';
import { CSV } from './csv/format.js';
import { EVIDENCE } from './evidence/format.js';
import type { Format } from './write/format.js';
import { HTML } from './html/format.js';
import { JSON_RESULT } from './json/format.js';
import { MATRIX } from './matrix-csv/format.js';
import { TICKETS } from './tickets/format.js';
import { WIRESHARK_PROFILE } from './wireshark/format.js';
import { ZEEK } from './zeek/format.js';

export const FORMATS: readonly Format[] = [
  HTML,
  JSON_RESULT,
  CSV,
  MATRIX,
  CHANGES,
  TICKETS,
  EVIDENCE,
  WIRESHARK_PROFILE,
  ZEEK,
];
