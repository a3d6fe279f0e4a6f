/** A model whose every capture string attacks the format that prints it. */
import type { ReportModel } from '../../src/report/model/model.js';
import { NO_MEASURE, withFindings } from './fixture.js';
import { evidence, flow, flowList, host, mark, verdict } from './parts.js';

export const ATTACKS: readonly string[] = [
  '</script><script>globalThis.attacked = 1</script>',
  '"><img src="http://192.0.2.1/x" onerror="globalThis.attacked=1">',
  "'><svg onload=globalThis.attacked=1>",
  '<!--<script>',
  ']]></style><style>*{display:none}</style>',
  '\u001b]0;owned\u0007\u001b[2J\u001b[31mred\u009b31m',
  '\u202egnp.exe\u2066hidden\u2069',
  'line one\r\nline two\u2028line three\u0000',
  '=HYPERLINK("http://192.0.2.1/","open")',
  "@SUM(1+1)*cmd|' /C calc'!A0",
  'tab\tseparated\\x09value',
  'lone\ud800surrogate',
  '-',
  '(empty)',
];

/** All attacks at once, and longer than anybody reads. */
export const EVERYTHING = ATTACKS.join(' ') + 'A'.repeat(70_000);

export function hostile(): ReportModel {
  const model = withFindings();
  const hosts = [...ATTACKS, EVERYTHING].map((attack, i) => ({
    ...host(`10.66.0.${i}`, attack),
    addresses: [],
    addressProofs: [],
    shared: '',
    nameSource: attack,
  }));
  const proof = { ...evidence([1, 2], 1, EVERYTHING, EVERYTHING), file: EVERYTHING };
  const verdicts = hosts.flatMap((one) =>
    model.rules.map((rule) =>
      verdict(rule.id, one, rule.id === 'ua-9004' ? 'blocked' : 'working', {
        reason: one.name,
        reasonCode: one.name,
        locationReason: one.name,
        assumptions: [one.name, 'constructor', '__proto__'],
        evidence: [proof],
        attempts: [
          { ...mark(0, 1, 'syn', 'orig', one.name), file: one.name },
          mark(Number.NaN, 2, 'rst', 'resp', one.name),
        ],
        nextStep: { who: one.name, confirmWhere: one.name, confirm: one.name, wouldChange: one.name },
      }),
    ),
  );
  return {
    ...model,
    commandLine: EVERYTHING,
    timeZone: EVERYTHING,
    captures: model.captures.map((capture) => ({
      ...capture,
      path: EVERYTHING,
      format: EVERYTHING,
      application: EVERYTHING,
      os: EVERYTHING,
      comments: ATTACKS,
      damage: { offset: 5, kind: EVERYTHING, message: EVERYTHING },
      interfacesOmitted: 0,
      interfaces: [
        {
          name: EVERYTHING,
          linkType: EVERYTHING,
          snapLength: 0,
          filter: EVERYTHING,
          received: -1,
          dropped: -1,
        },
      ],
    })),
    server: { addresses: [EVERYTHING], source: 'inferred', reason: EVERYTHING },
    rules: model.rules.map((rule, i) =>
      i === 7
        ? { ...rule, label: EVERYTHING, purpose: EVERYTHING, caveat: EVERYTHING, required: false }
        : rule,
    ),
    hosts,
    verdicts,
    findings: verdicts.flatMap((one, i) => (one.verdict === 'blocked' ? [i] : [])),
    summary: {
      ...model.summary,
      sentence: EVERYTHING,
      action: EVERYTHING,
      confirmWhere: EVERYTHING,
      confirm: EVERYTHING,
    },
    quality: [{ ...NO_MEASURE, code: 'x', level: 'serious', text: EVERYTHING, consequence: EVERYTHING }],
    unexpected: [
      {
        reason: EVERYTHING,
        proto: 'tcp',
        orig: EVERYTHING,
        resp: EVERYTHING,
        respPort: 1,
        service: EVERYTHING,
        serviceCertainty: 'suspected',
        outcome: 'refused',
        flows: 1,
        bytes: 1,
        evidence: proof,
      },
    ],
    notFound: ATTACKS,
    flows: flowList(
      [...ATTACKS, EVERYTHING].map((attack, i) => {
        const one = flow(i + 1, 'no_reply');
        return {
          ...one,
          orig: { ...one.orig, name: attack },
          resp: { ...one.resp, name: attack },
          history: attack,
          service: attack,
          reason: attack,
          rule: attack,
          file: attack,
        };
      }),
    ),
    weirds: [{ name: EVERYTHING, count: 1 }],
    limits: [{ code: EVERYTHING, name: EVERYTHING, limit: 1, count: 1, means: EVERYTHING }],
    interrupted: EVERYTHING,
  };
}
