/**
 * Reads the words of a command line strictly: an unknown option, a value where none belongs and a word in a place
 * where none is expected end with one line that says what to write instead. Only yargs' parser is loaded for it:
 * the rest of yargs took longer than all the rest of the start together.
 */
import parser from 'yargs-parser';
import { wrapped } from '../../report/terminal/wrap.js';
import { didYouMean } from '../../rules/words/suggest.js';
import { UsageError } from '../../capture/bytes/usage-error.js';

/** One option: its names, what its value is called in the help ('' = a switch), and its help. */
export interface OptionHelp {
  readonly name: string;
  readonly alias?: string;
  /** For example 'FILE'; '' = the option takes no value. */
  readonly value: string;
  readonly help: string;
}

export interface CommandHelp {
  /** '' = the program itself. */
  readonly name: string;
  /** What follows the program's name, for example 'rules <action> [id or file...] [options]'. */
  readonly usage: string;
  /** A paragraph, wrapped to the terminal. */
  readonly about: string;
  /** Paragraphs before the options, laid out for 80 columns. */
  readonly before: readonly string[];
  readonly options: readonly OptionHelp[];
  /** A command and what it is for. */
  readonly examples: readonly (readonly [string, string])[];
  /** Paragraphs at the end, laid out for 80 columns. */
  readonly after: readonly string[];
}

/** What was found on the command line. */
export interface Parsed {
  /** Words that belong to no option, in order. */
  readonly words: readonly string[];
  /** Raw values by option name; absent = not given. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly help: boolean;
}

/** Options that every command has. */
export const ALWAYS: readonly OptionHelp[] = [
  { name: 'help', alias: 'h', value: '', help: 'show this help' },
  { name: 'version', alias: 'v', value: '', help: 'show the version' },
];

/** Width of the help when it is not shown on a terminal, and the widest that is still read well. */
const HELP_WIDTH = 80;
const MAX_HELP_WIDTH = 100;

/** What yargs guesses of its own accord is left off: a value is the text that was typed. */
const AS_TYPED = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'greedy-arrays': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'strip-aliased': true,
} as const;

/**
 * Reads `args`, which do not hold the command's own name.
 * @throws UsageError for an unknown option and for a switch with a value.
 */
export function parseWords(command: CommandHelp, args: readonly string[]): Parsed {
  const known = [...command.options, ...ALWAYS];
  refuseValuesOfSwitches(known, args);
  const named = (isSwitch: boolean): string[] =>
    known.filter(({ value }) => (value === '') === isSwitch).map(({ name }) => name);
  const { _: words, ...options } = parser(withDashes(known, args), {
    boolean: named(true),
    string: named(false),
    alias: Object.fromEntries(
      known.flatMap(({ name, alias }) => (alias === undefined ? [] : [[name, alias]])),
    ),
    configuration: AS_TYPED,
  });
  for (const name of Object.keys(options)) {
    if (known.some((option) => option.name === name)) continue;
    const written = name.length === 1 ? `-${name}` : `--${name}`;
    const near = didYouMean(
      name,
      known.map((option) => option.name),
    ).replace(/"(.*)"/, '"--$1"');
    throw new UsageError(`there is no option ${written}${near}${tryHelp(command)}`);
  }
  return { words: words.map(String), options, help: options['help'] === true };
}

/** The parser takes the "-" behind `--report` for a word of its own, and `--report` for one without a value. */
function withDashes(known: readonly OptionHelp[], args: readonly string[]): string[] {
  const end = args.indexOf('--');
  const joined: string[] = [];
  for (const [i, word] of args.entries()) {
    const last = joined.at(-1) ?? '';
    const needed = known.some(({ name, value }) => last === `--${name}` && /^[^[]/.test(value));
    if (word === '-' && needed && (end < 0 || i < end)) joined[joined.length - 1] = `${last}=-`;
    else joined.push(word);
  }
  return joined;
}

/** The parser takes `--quiet=yes` for `--quiet=false`, so the words themselves are looked at. */
function refuseValuesOfSwitches(known: readonly OptionHelp[], args: readonly string[]): void {
  const end = args.indexOf('--');
  for (const word of end < 0 ? args : args.slice(0, end)) {
    const name = /^--?([^=]+)=/.exec(word)?.[1];
    if (name === undefined) continue;
    const option = known.find((one) => one.name === name || one.alias === name);
    if (option?.value === '') throw new UsageError(`--${option.name} takes no value.`);
  }
}

/** The line that leads on to the help of a command. */
export function tryHelp(command: CommandHelp): string {
  return `\nTry: portwitness ${command.name === '' ? '' : `${command.name} `}--help`;
}

/** The options with what they do, in two columns. */
function optionLines(options: readonly OptionHelp[], width: number): string {
  const lefts = options.map(
    ({ name, alias }) => `  ${alias === undefined ? '    ' : `-${alias}, `}--${name}`,
  );
  const column = Math.max(...lefts.map((left) => left.length)) + 2;
  const lines = options.flatMap(({ value, help }, index) =>
    wrapped((lefts[index] ?? '').padEnd(column), value === '' ? help : `${value}: ${help}`, width),
  );
  return ['Options:', ...lines].join('\n');
}

/** The help for a terminal of so many columns; undefined = not a terminal. Ends with a line break. */
export function helpText(command: CommandHelp, columns: number | undefined): string {
  const width = Math.min(MAX_HELP_WIDTH, columns ?? HELP_WIDTH);
  const examples = command.examples.map(([line, purpose]) => `\n  ${line}\n      ${purpose}`);
  return `${[
    `portwitness ${command.usage}`,
    wrapped('', command.about, width).join('\n'),
    ...command.before,
    optionLines([...command.options, ...ALWAYS], width),
    ...(examples.length === 0 ? [] : [`Examples:${examples.join('')}`]),
    ...command.after,
  ].join('\n\n')}\n`;
}
