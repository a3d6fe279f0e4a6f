/** Captures that are worse than the traffic in them, made from the captures of other scenarios. */
import { edited } from '../scenario.js';
import type { Scenario } from '../scenario.js';
import { AGENT_PROHIBITED } from './refused.js';
import { AGENT_SILENT } from './silent.js';
import { HEALTHY } from './whole.js';

const ONE_SIDED = {
  verdicts: ['inconclusive', 'working', 'not_observed'],
  locations: [],
  mayBeUnknown: true,
} as const;

const TOO_EARLY = {
  computer: 'far1',
  rule: 'ua-9003',
  verdicts: ['inconclusive'],
  locations: [],
  mayBeUnknown: true,
  why: 'The capture ends before the first SYN could be repeated: an answer may be under way.',
} as const;

const CUT = { edit: 'cut', port: 9003, secondsAfterSyn: 0.9 } as const;

/** What a cut capture does to attempts that were not finished. */
const SOONER = {
  weaker: ['inconclusive', 'not_observed'],
  why: 'Done before the capture ended, or not.',
} as const;

export const EDITED: readonly Scenario[] = [
  edited(
    HEALTHY,
    'only-sent',
    'Only what this server sent was captured, everything works',
    [{ edit: 'one_direction', keep: 'sent' }],
    [{ ...ONE_SIDED, why: 'Works in truth; without the answers nothing may be called blocked.' }],
  ),
  edited(
    HEALTHY,
    'only-received',
    'Only what this server received was captured, everything works',
    [{ edit: 'one_direction', keep: 'received' }],
    [
      {
        ...ONE_SIDED,
        why: 'Works in truth; answers without questions may be called working, never blocked.',
      },
    ],
  ),
  edited(
    AGENT_SILENT,
    'only-sent-agent-silent',
    'Only what this server sent was captured; 9003 gets no answer',
    [{ edit: 'one_direction', keep: 'sent' }],
    [
      { ...ONE_SIDED, why: 'Works in truth; without the answers nothing may be called blocked.' },
      {
        computer: 'far1',
        rule: 'ua-9003',
        verdicts: ['blocked', 'inconclusive'],
        locations: ['path'],
        why: 'Its SYN is repeated, so this server heard nothing; whether an answer was on the wire is unseen.',
      },
    ],
  ),
  edited(
    AGENT_SILENT,
    'ended-too-soon',
    'The capture ends 0.9 s after the first SYN to 9003',
    [CUT],
    [SOONER, TOO_EARLY],
  ),
  edited(
    AGENT_SILENT,
    'ended-too-soon-copies',
    'The capture ends 0.9 s after the first SYN to 9003 and shows every frame twice',
    [CUT, { edit: 'duplicate', as: 'same' }],
    [SOONER, { ...TOO_EARLY, why: 'The second SYN is a copy, no repeat: an answer may be under way.' }],
  ),
  edited(AGENT_SILENT, 'every-frame-twice', 'Two components of the system captured every frame', [
    { edit: 'duplicate', as: 'same' },
  ]),
  edited(AGENT_SILENT, 'every-frame-routed', 'The capture shows every frame on both sides of a router', [
    { edit: 'duplicate', as: 'routed' },
  ]),
  edited(AGENT_SILENT, 'every-frame-tagged', 'The capture shows every frame with and without its VLAN tag', [
    { edit: 'duplicate', as: 'tagged' },
  ]),
  edited(
    AGENT_PROHIBITED,
    'filter-hides-icmp',
    'The capture filter leaves out ICMP, by which the router rejects 9003',
    [{ edit: 'filter', expression: 'tcp or udp' }],
    [
      {
        computer: 'far1',
        rule: 'ua-9003',
        verdicts: ['blocked', 'inconclusive'],
        locations: ['path'],
        mayBeUnknown: true,
        why: 'The router rejects it; the filter hides the message, so only silence is left.',
      },
      {
        rule: 'ua-icmp',
        verdicts: ['not_observed'],
        locations: [],
        why: 'The filter hides every ping: nothing can be said.',
      },
    ],
  ),
  edited(
    AGENT_SILENT,
    'filter-only-agent',
    'The capture filter keeps 9003 and 9004 only',
    [{ edit: 'filter', expression: 'tcp port 9003 or tcp port 9004' }],
    (['ua-smb-rpc', 'ua-wmi-dynamic', 'ua-135', 'ua-udp-137', 'ua-smb-video', 'ua-icmp'] as const).map(
      (rule) => ({
        rule,
        verdicts: ['not_observed'],
        locations: [],
        why: 'The filter hides it: nothing can be said.',
      }),
    ),
  ),
  edited(HEALTHY, 'two-cards', 'Received frames stand up to 0.2 s too late in the file, everything works', [
    { edit: 'two_cards', seconds: 0.2 },
  ]),
  edited(
    AGENT_PROHIBITED,
    'two-cards-agent-prohibited',
    'Received frames stand up to 0.5 s too late in the file; the router rejects 9003',
    [{ edit: 'two_cards', seconds: 0.5 }],
  ),
  edited(
    AGENT_SILENT,
    'ipsec-hides-a-computer',
    'One computer speaks with this server in ESP alone; 9003 of another, in clear, is dropped',
    [{ edit: 'esp', computer: 'far2' }],
    [
      {
        computer: 'far2',
        verdicts: ['not_observed'],
        locations: [],
        why: 'IPsec hides it: nothing can be said.',
      },
    ],
  ),
  edited(HEALTHY, 'vlan-healthy', 'Every frame carries VLAN tag 30, everything works', [
    { edit: 'tag', vlan: 30 },
  ]),
  edited(
    AGENT_PROHIBITED,
    'vlan-agent-prohibited',
    'Every frame carries VLAN tag 30; the router rejects 9003',
    [{ edit: 'tag', vlan: 30 }],
  ),
];
