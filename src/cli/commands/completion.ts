/**
 * Completion of commands and options in bash, zsh and PowerShell. yargs writes the scripts of the first two and answers the
 * questions of all, from the same table as the help; nothing else of the program loads it.
 */
import yargs from 'yargs';
import type { Argv } from 'yargs';
import { UsageError } from '../../capture/bytes/usage-error.js';
import { COMMANDS, COMPLETION } from '../options/command-help.js';
import { tryHelp } from '../options/options.js';
import type { Parsed } from '../options/options.js';

export const SHELLS = ['bash', 'zsh', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/** Windows PowerShell 5.1 leaves out empty words, so the word that begins is told only when it has begun. */
const POWERSHELL = String.raw`# Completion of portwitness in PowerShell: portwitness completion powershell >> $PROFILE
Register-ArgumentCompleter -Native -CommandName portwitness, portwitness.cmd, portwitness.exe -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
    & $words[0] --get-yargs-completions @words 2>$null |
        Where-Object { $_.StartsWith($wordToComplete) } |
        ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
}
`;

function parserOf(words: readonly string[]): Argv {
  const parser = yargs([...words])
    .scriptName('portwitness')
    .locale('en')
    .help(false)
    .version(false)
    .exitProcess(false);
  parser.completion('completion', false);
  for (const { name, about, options } of COMMANDS) {
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

/**
 * Runs `portwitness completion [shell]`: its script on standard output.
 * @throws UsageError for a shell that is not known
 */
export function completionCommand({ words }: Parsed): number {
  const [word, surplus] = words;
  const shell = word === undefined ? usersShell() : SHELLS.find((one) => one === word);
  if (shell === undefined) {
    throw new UsageError(`completion: "${word}" is none of ${SHELLS.join(', ')}${tryHelp(COMPLETION)}`);
  }
  if (surplus !== undefined)
    throw new UsageError(`completion: "${surplus}" is one word too many${tryHelp(COMPLETION)}`);
  if (shell === 'powershell') process.stdout.write(POWERSHELL);
  else printYargsScript(shell);
  return 0;
}

function usersShell(): Shell {
  const { SHELL: shell = '', ZSH_NAME: zsh = '' } = process.env;
  return shell.includes('zsh') || zsh.includes('zsh') ? 'zsh' : 'bash';
}

/** yargs looks at the environment for which of the two it is. */
function printYargsScript(shell: Shell): void {
  delete process.env['ZSH_NAME'];
  process.env['SHELL'] = shell;
  parserOf([]).showCompletionScript();
}

/** Prints what may stand at the end of the line, a word each. @param args the question and the line so far */
export async function printCompletions(args: readonly string[]): Promise<void> {
  await parserOf(args).parseAsync();
}
