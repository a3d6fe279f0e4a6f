/**
 * Completion of commands and options in bash and zsh. yargs writes the shell's script and answers its questions,
 * from the same table as the help; nothing else of the program loads it.
 */
import yargs from 'yargs';
import type { Argv } from 'yargs';
import type { CommandHelp } from './options.js';

function parserOf(commands: readonly CommandHelp[], words: readonly string[]): Argv {
  const parser = yargs([...words])
    .scriptName('portwitness')
    .locale('en')
    .help(false)
    .version(false)
    .exitProcess(false);
  parser.completion('completion', false);
  for (const { name, about, options } of commands) {
    parser.command(name, about, (command) => {
      for (const option of options) {
        command.option(option.name, {
          type: option.value === '' ? 'boolean' : 'string',
          describe: option.help,
        });
      }
    });
  }
  return parser;
}

/** Prints the script to standard output, for bash or, where $SHELL says so, zsh. */
export function printCompletionScript(commands: readonly CommandHelp[]): void {
  parserOf(commands, []).showCompletionScript();
}

/** Prints what may stand at the end of the line, a word each. @param args the question and the line so far */
export async function printCompletions(
  commands: readonly CommandHelp[],
  args: readonly string[],
): Promise<void> {
  await parserOf(commands, args).parseAsync();
}
