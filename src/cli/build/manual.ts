/** The manual page portwitness(1), from the same table as the help; man(7) and groff's an-ext for its marks. */
import { COMMANDS, PROGRAM } from '../options/command-help.js';
import { ALWAYS } from '../options/options.js';
import type { CommandHelp, OptionHelp } from '../options/options.js';

const SEE_ALSO = ['dumpcap(1)', 'tcpdump(8)', 'tshark(1)', 'pcap-filter(7)'];

/** A text as it stands: a backslash and a minus mean something, and so does a point or apostrophe that begins a line. */
function plain(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^(?=[.'])/gm, '\\&');
}

/** Laid out for a terminal of 80 columns already. */
function asItIs(text: string): string {
  return `.PP\n.nf\n${plain(text)}\n.fi`;
}

function option({ name, alias, value, help }: OptionHelp): string {
  const names = [...(alias === undefined ? [] : [`-${alias}`]), `--${name}`];
  const head = names.map((one) => `\\fB${plain(one)}\\fR`).join(', ');
  return `.TP\n${head}${value === '' ? '' : ` \\fI${plain(value)}\\fR`}\n${plain(help)}`;
}

function examples(command: CommandHelp): readonly string[] {
  return command.examples.flatMap(([line, purpose]) => [
    '.PP',
    '.RS 4',
    '.nf',
    plain(line),
    '.fi',
    '.RE',
    '.RS 8',
    plain(purpose),
    '.RE',
  ]);
}

function commandPart(command: CommandHelp): readonly string[] {
  return [
    `.SS portwitness ${plain(command.usage)}`,
    plain(command.about),
    ...command.before.map(asItIs),
    ...command.options.map(option),
    ...examples(command),
  ];
}

/** Paragraphs that end the help of several commands stand once. */
function endings(): readonly string[] {
  const all = COMMANDS.flatMap(({ after }) => after).filter((text) => !PROGRAM.after.includes(text));
  return [...new Set(all)];
}

/** The page as roff; ends with a line break. It names no day: what is built from the same sources has the same bytes. */
export function manualPage(version: string): string {
  return [
    `.TH PORTWITNESS 1 "" "portwitness ${plain(version)}" "User Commands"`,
    '.SH NAME',
    'portwitness \\- prove from captured packets which required ports work',
    '.SH SYNOPSIS',
    `.B portwitness`,
    plain(PROGRAM.usage),
    ...COMMANDS.flatMap(({ usage }) => ['.br', '.B portwitness', plain(usage)]),
    '.SH DESCRIPTION',
    plain(PROGRAM.about),
    ...PROGRAM.before.map(asItIs),
    '.SH OPTIONS OF EVERY COMMAND',
    ...ALWAYS.map(option),
    '.SH COMMANDS',
    ...COMMANDS.flatMap(commandPart),
    '.SH THRESHOLDS',
    ...endings().map(asItIs),
    '.SH EXIT STATUS',
    ...PROGRAM.after.map(asItIs),
    '.SH ENVIRONMENT',
    '.TP',
    '\\fBNO_COLOR\\fR, \\fBFORCE_COLOR\\fR',
    'whether the summary is coloured, where no option says it',
    '.TP',
    '\\fBPORTWITNESS_DEBUG\\fR',
    'with 1, an internal error says where it happened',
    '.SH SEE ALSO',
    plain(SEE_ALSO.join(', ')),
    '',
  ].join('\n');
}
