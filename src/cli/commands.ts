/** The command line: commands, options and their help (yargs), and nothing else. */
import yargs from 'yargs';
import type { Argv } from 'yargs';
import { UsageError } from './usage-error.js';

export interface Installed {
  /** Folder of the installed package. */
  readonly root: string;
  readonly version: string;
}

type Options = Readonly<Record<string, unknown>>;

const EPILOGUE = `Exit codes:
  0  every required rule is proven and there is nothing to report
  1  findings: a port is blocked or degraded, or traffic is unexpected
  2  wrong usage, or an input or output that cannot be used
  3  inconclusive: the capture proves too little

portwitness never sends a packet.`;

/** Runs one command; resolves to the exit code. */
export async function runCommand(args: readonly string[], installed: Installed): Promise<number> {
  let code = 0;
  const run = async (command: () => Promise<number>): Promise<void> => {
    code = await command();
  };
  const cli = yargs([...args])
    .scriptName('portwitness')
    .usage(
      '$0 <command> [options]\n\nProves from captured packets which required ports work, which are blocked and by whom.',
    )
    .parserConfiguration({
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .strict()
    .recommendCommands()
    .help()
    .alias('help', 'h')
    .version(installed.version)
    .alias('version', 'v')
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .epilogue(EPILOGUE)
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw error ?? new UsageError(`${message ?? 'wrong usage'}\nTry: portwitness --help`);
    })
    .command(
      ['analyze [captures..]', '$0'],
      'analyse saved captures and write the report',
      analyzeOptions,
      (options) =>
        run(async () => {
          const { analyzeCommand } = await import('./analyze.js');
          return analyzeCommand(options, installed, args);
        }),
    )
    .command('rules <action> [target..]', 'list, show or check rule packs', rulesOptions, (options) =>
      run(() => rules(options)),
    )
    .command(
      'interfaces',
      'list what can be captured on this machine',
      (y) => y,
      () =>
        run(async () => {
          process.stderr.write(
            'portwitness: live monitoring is not there yet, so no interface can be listed. ' +
              'Save a capture (for example with dumpcap, tcpdump or pktmon) and analyse it.\n',
          );
          return Promise.resolve(2);
        }),
    );
  await cli.parseAsync();
  return code;
}

function analyzeOptions(y: Argv): Argv {
  return y
    .usage('$0 analyze <capture...> [options]\n\nAnalyses saved captures; "-" reads standard input.')
    .positional('captures', {
      describe: 'pcap or pcapng files, also gzip or zstd; several are one timeline; * and ? are expanded',
      type: 'string',
      array: true,
    })
    .option('server', { describe: "this server's address; repeat or separate by commas", type: 'string' })
    .option('agent-port', { describe: 'TCP port of the agents (default 9003)', type: 'string' })
    .option('server-port', { describe: 'TCP port of the server (default 9004)', type: 'string' })
    .option('rules', { describe: 'a rule pack of your own (YAML); repeatable', type: 'string' })
    .option('report', { describe: 'HTML report (default portwitness-report/<capture>.html)', type: 'string' })
    .option('json', { describe: 'JSON result (default: beside the report)', type: 'string' })
    .option('csv', { describe: 'flows as CSV', type: 'string' })
    .option('zeek', { describe: 'folder for conn.log in Zeek format', type: 'string' })
    .option('answer-wait', {
      describe: 'seconds without an answer before silence counts (default 3)',
      type: 'string',
    })
    .option('max-flows', { describe: 'flows kept in memory (default 4000000)', type: 'string' })
    .option('quiet', { alias: 'q', describe: 'no summary and no progress', type: 'boolean' })
    .option('color', { describe: 'colours in the summary (--no-color: none)', type: 'boolean' })
    .example('$0 analyze nas01.pcapng', 'the main job: report and JSON in portwitness-report')
    .example('$0 analyze ring_*.pcapng --server 10.20.0.10', 'a rotated set as one timeline')
    .example('$0 analyze a.pcap --server-port 9104 --report out.html', 'another server port')
    .example('tcpdump -w - -r big.pcap host 10.1.1.5 | $0 analyze -', 'from standard input')
    .epilogue(EPILOGUE);
}

function rulesOptions(y: Argv): Argv {
  return y
    .usage('$0 rules list|show|check [target] [options]')
    .positional('action', { choices: ['list', 'show', 'check'] as const, describe: 'what to do' })
    .positional('target', {
      describe: 'a pack or rule id (show), or files (check)',
      type: 'string',
      array: true,
    })
    .option('rules', { describe: 'a rule pack of your own (YAML); repeatable', type: 'string' })
    .option('agent-port', { describe: 'TCP port of the agents (default 9003)', type: 'string' })
    .option('server-port', { describe: 'TCP port of the server (default 9004)', type: 'string' })
    .option('json', { describe: 'machine-readable output', type: 'boolean' })
    .example('$0 rules list', 'all packs and rules')
    .example('$0 rules show ua-9003', 'one rule in full')
    .example('$0 rules check mine.yaml', 'errors with file, line and value');
}

async function rules(options: Options): Promise<number> {
  const { port, several } = await import('./arguments.js');
  const { rulesCommand } = await import('./rules.js');
  const targets = several('target', options['target'], false);
  const action = options['action'] as 'list' | 'show' | 'check';
  return rulesCommand(
    {
      action,
      ...(targets[0] === undefined || action === 'check' ? {} : { target: targets[0] }),
      rules: [...several('rules', options['rules'], false), ...(action === 'check' ? targets : [])],
      agentPort: port('agent-port', options['agentPort'], 9003),
      serverPort: port('server-port', options['serverPort'], 9004),
      json: options['json'] === true,
    },
    { stdout: process.stdout, stderr: process.stderr },
  );
}
