/** The options that several commands share, and what stands below their help. */
import { FORMATS } from '../../report/formats.js';
import { wrapped } from '../../report/terminal/wrap.js';
import { THRESHOLDS } from '../../verdict/quality/thresholds.js';
import type { OptionHelp } from './options.js';

const THRESHOLD_NAME_WIDTH = 24;
const THRESHOLD_TEXT_WIDTH = 52;

export const AGENT_PORT: OptionHelp = {
  name: 'agent-port',
  value: 'PORT',
  help: 'TCP port of the agents (default 9003)',
};
export const SERVER_PORT: OptionHelp = {
  name: 'server-port',
  value: 'PORT',
  help: 'TCP port of the server (default 9004)',
};
export const RULES: OptionHelp = {
  name: 'rules',
  value: 'FILE',
  help: 'a rule pack of your own (YAML); may be repeated',
};

export const HOSTS: OptionHelp = {
  name: 'hosts',
  value: 'FILE',
  help: 'computers that should appear: CSV with name or address, and a group if you like',
};
export const ETL_COMPONENT: OptionHelp = {
  name: 'etl-component',
  value: 'NUMBER',
  help: 'of an .etl of pktmon: the component whose packets are taken (default: one place for each adapter)',
};
export const FIREWALL_LOG: OptionHelp = {
  name: 'firewall-log',
  value: 'FILE',
  help: "the Windows firewall's own log, known by its content: pfirewall.log, XML of netsh wfp show netevents or show filters, or of the Security log; may be repeated",
};
export const FIREWALL_LOG_ZONE: OptionHelp = {
  name: 'firewall-log-zone',
  value: '±HH:MM',
  help: 'zone of the times in pfirewall.log (default: as an .etl tells it, else inferred from its packets)',
};
export const ANSWER_WAIT: OptionHelp = {
  name: 'answer-wait',
  value: 'SECONDS',
  help: 'silence counts after so long without an answer (default 3)',
};
export const THRESHOLD: OptionHelp = {
  name: 'threshold',
  value: 'NAME=VALUE',
  help: 'a threshold of the capture-quality gate, see below; may be repeated',
};
/** Output formats as options; the report of a monitor is described by itself. */
export const FORMAT_OPTIONS: readonly OptionHelp[] = FORMATS.map(({ option, value, help }) => ({
  name: option,
  value,
  help,
}));
export const LIVE_FORMAT_OPTIONS: readonly OptionHelp[] = FORMATS.filter(
  ({ live, option }) => live === true && option !== 'report',
).map(({ option, value, help }) => ({ name: option, value, help }));
export const EVIDENCE_PAYLOAD: OptionHelp = {
  name: 'evidence-payload',
  value: '',
  help: 'whole frames in the file of --evidence, with what they say: names, paths, calls',
};
export const SAVED_FORMAT_OPTIONS: readonly OptionHelp[] = FORMATS.filter(({ saved }) => saved === true).map(
  ({ option, value, help }) => ({ name: option, value, help }),
);
export const JSON_SCHEMA: OptionHelp = {
  name: 'json-schema',
  value: 'VERSION',
  help: 'of the JSON result: 2 (default), or 1 as before, see docs/json.md',
};
/** Of what writes or prints results. */
export const SHARE_OPTIONS: readonly OptionHelp[] = [
  {
    name: 'share',
    value: '',
    help: 'names and addresses become pseudonyms, so that what is written can be sent to strangers, see docs/share.md',
  },
  {
    name: 'mapping',
    value: 'FILE',
    help: 'with --share: what stands for what; never send it (default mapping.csv beside the report)',
  },
  {
    name: 'share-key',
    value: 'FILE',
    help: 'with --share: the mapping of an earlier report, whose pseudonyms are used again; made when missing',
  },
];
export const FAIL_ON: OptionHelp = {
  name: 'fail-on',
  value: 'LIST',
  help: 'what the exit code tells of: blocked, degraded, unproven, unexpected, optional, none (default blocked,degraded,unproven)',
};
export const COLOR: OptionHelp = {
  name: 'color',
  value: '',
  help: 'colours in the summary even when it is not shown on a terminal',
};
export const NO_COLOR: OptionHelp = {
  name: 'no-color',
  value: '',
  help: 'no colours; the variable NO_COLOR does the same',
};

export const EXIT_CODES = `Exit codes:
  0  every required rule is proven
  1  a required rule is blocked or degraded
  2  wrong usage, or an input or output that cannot be used
  3  none of them, but a required rule is not proven
Unexpected traffic and rules that are not required are told and decide nothing,
unless --fail-on lists "unexpected" or "optional": then they end with 1, too.`;

export const THRESHOLD_LIST = `Thresholds of the capture-quality gate, with their defaults (shares are 0 to 1):
${THRESHOLDS.map(({ name, byDefault, means }) => {
  const [first = '', ...more] = wrapped('', means, THRESHOLD_TEXT_WIDTH);
  const head = `  ${`${name}=${byDefault}`.padEnd(THRESHOLD_NAME_WIDTH)} ${first}`;
  return [head, ...more.map((line) => ' '.repeat(THRESHOLD_NAME_WIDTH + 3) + line)].join('\n');
}).join('\n')}`;

/** The program itself. */
