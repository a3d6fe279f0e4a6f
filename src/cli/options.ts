/**
 * Reads the words of a command line strictly: an unknown option, a value where none belongs and a word in a place
 * where none is expected end with one line that says what to write instead. The table of the options is small and
 * what is accepted is checked here in any case, so no library is loaded for it: yargs took longer than all the rest
 * of the start together.
 */
import { wrapped } from '../report/terminal/wrap.js';
import { didYouMean } from '../rules/suggest.js';
import { UsageError } from './usage-error.js';

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
const ALWAYS: readonly OptionHelp[] = [
  { name: 'help', alias: 'h', value: '', help: 'show this help' },
  { name: 'version', alias: 'v', value: '', help: 'show the version' },
];

/** Width of the help when it is not shown on a terminal, and the widest that is still read well. */
const HELP_WIDTH = 80;
const MAX_HELP_WIDTH = 100;

/** What was typed is an option and no value of one; a number below zero and '-' are values. */
function isOption(word: string): boolean {
  return /^-[^\d.]/.test(word);
}

/** One option as typed: '--name', '--name=value', '-n', or one letter of '-nm'. */
interface Typed {
  readonly written: string;
  readonly option: OptionHelp | undefined;
  /** What stands behind '='. */
  readonly inline: string | undefined;
}

/** The options in one word that is one. */
function typedIn(word: string, known: readonly OptionHelp[]): readonly Typed[] {
  const [, dashes = '', names = '', , inline] = /^(--?)([^=]*)(=([^]*))?$/.exec(word) ?? [];
  if (dashes === '--') {
    return [{ written: `--${names}`, option: known.find(({ name }) => name === names), inline }];
  }
  const letters = [...names];
  return letters.map((letter, index) => ({
    written: `-${letter}`,
    option: known.find(({ alias }) => alias === letter),
    inline: index === letters.length - 1 ? inline : undefined,
  }));
}

/**
 * Reads `args`, which do not hold the command's own name. An option is never the value of another, and `--` ends
 * the options.
 * @throws UsageError for an unknown option and for a switch with a value.
 */
export function parseWords(command: CommandHelp, args: readonly string[]): Parsed {
  const known = [...command.options, ...ALWAYS];
  const words: string[] = [];
  const options: Record<string, string | string[] | boolean> = {};
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--') {
      words.push(...args.slice(at + 1));
      break;
    }
    if (!isOption(word)) {
      words.push(word);
      continue;
    }
    for (const { written, option, inline } of typedIn(word, known)) {
      if (option === undefined) throw unknownOption(written, known, command);
      const { name } = option;
      if (option.value === '') {
        if (inline !== undefined) throw new UsageError(`--${name} takes no value.`);
        options[name] = true;
        continue;
      }
      const next = args[at + 1];
      const value = inline ?? (next === undefined || isOption(next) ? '' : next);
      if (inline === undefined && value !== '') at++;
      const earlier = options[name];
      options[name] =
        typeof earlier === 'string' ? [earlier, value] : Array.isArray(earlier) ? [...earlier, value] : value;
    }
  }
  return { words, options, help: options['help'] === true };
}

function unknownOption(written: string, known: readonly OptionHelp[], command: CommandHelp): UsageError {
  const near = didYouMean(
    written.replace(/^-+/, ''),
    known.map(({ name }) => name),
  ).replace(/"(.*)"/, '"--$1"');
  return new UsageError(`there is no option ${written}${near}${tryHelp(command)}`);
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
