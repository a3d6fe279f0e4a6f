/**
 * The files of a Wireshark profile (Wireshark User's Guide, appendix B.3 "Configuration File and Plugin Folders"): the
 * folder is copied into the profiles folder and chosen by its name.
 *
 *   colorfilters     @name@display filter@[background red,green,blue][foreground red,green,blue]   (0-65535)
 *   dfilter_buttons  "TRUE","label","display filter","comment"    (\xHH for what is not plain in a text)
 *   preferences      name: value
 */
import type { CauseModel } from '../model/cause-model.js';
import { observationsOf } from '../evidence/cited.js';
import type { FormatFile } from '../write/format.js';
import type { ReportModel } from '../model/model.js';
import { counted } from '../text/quantities.js';
import type { Sink } from '../write/sink.js';
import { fitted, visible } from '../text/visible.js';

/**
 * Conversations that the filter of one cause holds: Wireshark reads longer ones, people do not.
 * @reached further ones are not in the filter
 */
export const MAX_CONVERSATIONS = 20;
/**
 * Causes that have a colour and a button.
 * @reached further ones have none
 */
export const MAX_PROFILE_CAUSES = 200;
const LABEL_COLUMNS = 60;
const MAX_COMMENT = 500;

/** A column beside Wireshark's usual ones that shows what the comments of an evidence file say. */
const PREFERENCES = `# portwitness
gui.column.format:
\t"No.", "%m",
\t"Time", "%t",
\t"Source", "%s",
\t"Destination", "%d",
\t"Protocol", "%p",
\t"Length", "%L",
\t"Info", "%i",
\t"portwitness", "%Cus:frame.comment:0:R"
`;

/** Background and foreground. */
const COLOURS = {
  required: '[65535,49344,49344][16384,0,0]',
  degraded: '[65535,57825,42148][16384,8192,0]',
  optional: '[55255,60395,65535][0,8192,24576]',
  payload: '[59881,54484,65535][16384,0,24576]',
} as const;

interface CauseFilter {
  readonly cause: CauseModel;
  readonly filter: string;
  /** Conversations of the cause, also those that the filter leaves out. */
  readonly conversations: number;
}

export const PROFILE_FILES: readonly FormatFile[] = [
  { name: 'colorfilters', write: writeColours },
  { name: 'dfilter_buttons', write: writeButtons },
  { name: 'preferences', write: async (_model, sink) => void (await sink.write(PREFERENCES)) },
];

/** The filters of the causes that have conversations, those that matter most first. */
export function causeFilters(model: ReportModel): readonly CauseFilter[] {
  return model.causes.slice(0, MAX_PROFILE_CAUSES).flatMap((cause) => {
    const filters = conversationsOf(cause, model);
    if (filters.size === 0) return [];
    const shown = [...filters].slice(0, MAX_CONVERSATIONS);
    const filter = shown.length === 1 ? (shown[0] ?? '') : shown.map((one) => `(${one})`).join(' || ');
    return [{ cause, filter, conversations: filters.size }];
  });
}

function conversationsOf(cause: CauseModel, model: ReportModel): Set<string> {
  const filters = new Set<string>();
  for (const cell of cause.cells) {
    for (const { filter } of model.verdicts.at(cell)?.evidence ?? [])
      if (isPlain(filter)) filters.add(filter);
  }
  for (const { evidence } of observationsOf(cause, model))
    if (isPlain(evidence.filter)) filters.add(evidence.filter);
  return filters;
}

/** A filter holds addresses, ports and operators; whatever else stands there came from a damaged result. */
function isPlain(filter: string): boolean {
  return /^[a-z0-9 .:=&]+$/.test(filter);
}

function label({ id, title }: CauseModel): string {
  return fitted(`${id} ${title}`, LABEL_COLUMNS);
}

function colourOf({ cells, onlyDegraded, required }: CauseModel): string {
  if (cells.length === 0) return COLOURS.payload;
  if (!required) return COLOURS.optional;
  return onlyDegraded ? COLOURS.degraded : COLOURS.required;
}

async function writeColours(model: ReportModel, sink: Sink): Promise<void> {
  await sink.write('# portwitness\n');
  for (const { cause, filter } of causeFilters(model)) {
    // An @ ends the name.
    await sink.write(`@${label(cause).replaceAll('@', '(at)')}@${filter}@${colourOf(cause)}\n`);
  }
}

async function writeButtons(model: ReportModel, sink: Sink): Promise<void> {
  await sink.write('# portwitness\n');
  for (const { cause, filter, conversations } of causeFilters(model)) {
    const more =
      conversations > MAX_CONVERSATIONS
        ? ` (the first ${MAX_CONVERSATIONS} of ${counted(conversations, 'conversation')})`
        : '';
    // Two slashes would begin a menu.
    const name = label(cause).replaceAll(/\/{2,}/g, '/');
    const comment = visible(cause.title, MAX_COMMENT) + more;
    await sink.write(`"TRUE",${quoted(name)},${quoted(filter)},${quoted(comment)}\n`);
  }
}

const utf8 = new TextEncoder();

/** A text as Wireshark's tables hold it: whatever is not plain ASCII, and what would end it, byte by byte. */
function quoted(text: string): string {
  let out = '"';
  for (const byte of utf8.encode(text)) {
    const isPlainByte = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    out += isPlainByte ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `${out}"`;
}
