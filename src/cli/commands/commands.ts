/** Which command is meant, and the file that does it. */
import '../../platform/node/install.js';
import { existsSync } from 'node:fs';
import { release } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { didYouMean, nearest } from '../../rules/words/suggest.js';
import { DEFAULT_AGENT_PORT, DEFAULT_SERVER_PORT, port, several } from '../options/arguments.js';
import {
  ANALYZE,
  COMMANDS,
  COMPLETION,
  INTERFACES,
  LIVE,
  PAGE,
  PROGRAM,
  RECIPE,
  RULES_COMMAND,
  SHOW,
  UNSHARE,
  VERIFY,
} from '../options/command-help.js';
import type { Installed } from '../console/installed.js';
import { helpText, parseWords, tryHelp } from '../options/options.js';
import type { Parsed } from '../options/options.js';
import { UsageError } from '../../capture/bytes/usage-error.js';

const EXIT_NOT_THERE = 2;
/** The word with which the shell's completion script asks. */
const QUESTION = '--get-yargs-completions';

/**
 * Runs one command; resolves to the exit code.
 * @throws UsageError for words that cannot be understood.
 */
export async function runCommand(args: readonly string[], installed: Installed): Promise<number> {
  if (args[0] === QUESTION) return answerShell(args);
  const named = COMMANDS.find(({ name }) => name === args[0]);
  const rest = named === undefined ? args : args.slice(1);
  if (rest.length === 0 && named === undefined && installed.sample === undefined) {
    process.stderr.write(helpText(PROGRAM, process.stderr.columns));
    return EXIT_NOT_THERE;
  }
  const parsed = parseWords(named ?? ANALYZE, rest);
  if (parsed.help) {
    process.stdout.write(helpText(named ?? PROGRAM, process.stdout.columns));
    return 0;
  }
  if (parsed.options['version'] === true) {
    process.stdout.write(`${installed.version}\n`);
    return 0;
  }
  if (named === SHOW) {
    const { showCommand } = await import('./show.js');
    return showCommand(parsed);
  }
  if (named === RECIPE) {
    const { recipeCommand } = await import('./recipe.js');
    return recipeCommand(parsed, { platform: process.platform, release: release() }, process.stdout);
  }
  if (named === VERIFY) {
    const { verifyCommand } = await import('./verify.js');
    return verifyCommand(parsed);
  }
  if (named === PAGE) {
    const { pageCommand } = await import('./page.js');
    return pageCommand(parsed);
  }
  if (named === UNSHARE) {
    const { unshareCommand } = await import('./unshare.js');
    return unshareCommand(parsed);
  }
  if (named === COMPLETION) {
    const { completionCommand } = await import('./completion.js');
    return completionCommand(parsed);
  }
  if (named === RULES_COMMAND) return runRules(parsed);
  if (named === INTERFACES) return runInterfaces(parsed);
  if (named === LIVE) {
    keepHeapSmall();
    const { liveCommand } = await import('./live.js');
    return liveCommand(parsed, installed, args);
  }
  if (named === undefined) refuseMistypedCommand(parsed.words[0]);
  const { analyzeCommand } = await import('./analyze.js');
  return analyzeCommand(parsed, installed, args);
}

/**
 * What runs for weeks beside other programs tidies its heap before it has grown to several times of what lives; an
 * analysis does not, since it would take a seventh more time. An installed command takes no flags of Node.
 */
function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=20');
}

/** For the script of the shell: the words that may come next. */
async function answerShell(args: readonly string[]): Promise<number> {
  const { printCompletions } = await import('./completion.js');
  await printCompletions(args);
  return 0;
}

/** A first word that is no file but looks like a command: the message speaks of commands, not of files. */
function refuseMistypedCommand(word: string | undefined): void {
  if (word === undefined || !/^[a-z]+$/i.test(word) || existsSync(word)) return;
  const names = COMMANDS.map(({ name }) => name);
  const near = nearest(word, names);
  throw new UsageError(
    `"${word}" is neither a file nor a command` +
      (near === null ? `; the commands are ${names.join(', ')}` : didYouMean(word, [near])) +
      tryHelp(PROGRAM),
  );
}

async function runRules({ words, options }: Parsed): Promise<number> {
  const [action, ...targets] = words;
  const actions = ['list', 'show', 'check'] as const;
  const known = actions.find((one) => one === action);
  if (known === undefined) {
    throw new UsageError(
      (action === undefined
        ? 'rules needs to know what to do: list, show or check'
        : `rules: "${action}" is none of list, show, check${didYouMean(action, actions)}`) +
        tryHelp(RULES_COMMAND),
    );
  }
  const most = { list: 0, show: 1, check: Infinity }[known];
  const surplus = targets[most];
  if (surplus !== undefined) {
    throw new UsageError(`rules ${known}: "${surplus}" is one word too many${tryHelp(RULES_COMMAND)}`);
  }
  const { rulesCommand } = await import('./rules.js');
  return rulesCommand(
    {
      action: known,
      ...(known === 'show' && targets[0] !== undefined ? { target: targets[0] } : {}),
      rules: [...several('rules', options['rules'], false), ...(known === 'check' ? targets : [])],
      agentPort: port('agent-port', options['agent-port'], DEFAULT_AGENT_PORT),
      serverPort: port('server-port', options['server-port'], DEFAULT_SERVER_PORT),
      json: options['json'] === true,
    },
    { stdout: process.stdout, stderr: process.stderr },
  );
}

async function runInterfaces({ words, options }: Parsed): Promise<number> {
  const surplus = words[0];
  if (surplus !== undefined) {
    throw new UsageError(`interfaces: "${surplus}" is one word too many${tryHelp(INTERFACES)}`);
  }
  const { interfacesCommand } = await import('./interfaces.js');
  return interfacesCommand(options['json'] === true, { stdout: process.stdout });
}
