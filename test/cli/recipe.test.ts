/** The commands that `portwitness recipe` prints. */
import test from 'ava';
import { UsageError } from '../../src/capture/bytes/usage-error.js';
import { RECIPE } from '../../src/cli/options/command-help.js';
import { parseWords } from '../../src/cli/options/options.js';
import {
  CAPTURE_TOOLS,
  WINDOWS_VERSIONS,
  recipeCommand,
  recipeLines,
} from '../../src/cli/commands/recipe.js';

async function printed(
  args: readonly string[],
  machine = { platform: 'linux', release: '6.1.0' },
): Promise<string> {
  let text = '';
  await recipeCommand(parseWords(RECIPE, args), machine, { write: (piece) => (text += piece) });
  return text;
}

test('each Windows gets what is in its box: netsh before 2022, pktmon since', async (t) => {
  for (const version of ['2016', '2019'])
    t.regex(await printed(['--windows', version]), /netsh trace start capture=yes/);
  for (const version of ['2022', '2025']) {
    t.regex(await printed(['--windows', version]), /pktmon start --capture --pkt-size 0/);
    t.regex(await printed(['--windows', version, '--tool', 'netsh']), /netsh trace stop/);
  }
  await t.throwsAsync(printed(['--windows', '2016', '--tool', 'pktmon']), {
    instanceOf: UsageError,
    message: /netsh/,
  });
  await t.throwsAsync(printed(['--windows', '2012']), { message: /none of 2016, 2019, 2022, 2025/ });
});

test('without a version it is that of this machine, else 2022', async (t) => {
  const on = (release: string): Promise<string> => printed([], { platform: 'win32', release });
  t.regex(await on('10.0.14393'), /Windows Server 2016/);
  t.regex(await on('10.0.17763'), /Windows Server 2019/);
  t.regex(await on('10.0.20348'), /Windows Server 2022/);
  t.regex(await on('10.0.26100'), /Windows Server 2025/);
  t.regex(await printed([]), /Windows Server 2022/);
});

test('it is copied as it stands: ASCII, comments or commands, the logs saved before the capture is stopped', (t) => {
  for (const version of WINDOWS_VERSIONS) {
    for (const tool of CAPTURE_TOOLS) {
      const lines = recipeLines(version, tool);
      for (const line of lines) t.regex(line, /^[ -~]{0,130}$/);
      t.true(lines.some((line) => line.startsWith('portwitness analyze ')));
      if (tool === 'tcpdump') continue;
      const [logs, stop] = ['netsh wfp show netevents', '# 4. Stop'].map((begin) =>
        lines.findIndex((line) => line.startsWith(begin)),
      );
      t.true(logs !== undefined && stop !== undefined && logs > 0 && logs < stop);
    }
  }
});
