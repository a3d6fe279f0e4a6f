/**
 * `portwitness rules list | show | check`: what the rule packs say and whether a pack of one's own is right.
 * Results go to stdout, faults and warnings to stderr. Everything from a user's file is printed printable.
 */
import { loadPacks } from '../../rules/load.js';
import { type Overlap, findOverlaps } from '../../rules/overlap.js';
import { RulePackError } from '../../rules/words/pack-error.js';
import { printable, quoted } from '../../rules/words/printable.js';
import type { Rule, RulePack } from '../../rules/words/rule.js';
import { didYouMean } from '../../rules/words/suggest.js';
import { packDetails, rulesTable } from './rules-text.js';

export interface RulesArguments {
  readonly action: 'list' | 'show' | 'check';
  /** `show`: id of a pack or rule; `check`: a file. */
  readonly target?: string | undefined;
  /** User packs (`--rules`); for `check` further files. */
  readonly rules: readonly string[];
  readonly agentPort?: number | undefined;
  readonly serverPort?: number | undefined;
  readonly json?: boolean | undefined;
}

export interface CommandStreams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

function writeJson(io: CommandStreams, value: unknown): void {
  io.stdout.write(`${printableJson(value)}\n`);
}

/** JSON escapes only C0 controls by itself. */
function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (char) =>
    char
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

function list(args: RulesArguments, io: CommandStreams, packs: readonly RulePack[]): number {
  if (args.json === true) writeJson(io, packs);
  else {
    const terminal = 'isTTY' in io.stdout && io.stdout.isTTY === true;
    io.stdout.write(packs.map((pack) => rulesTable(pack, terminal)).join('\n'));
  }
  return 0;
}

/** The pack of this id whole, and of the others the rules that fit. */
function selected(packs: readonly RulePack[], id: string, fits: (rule: Rule) => boolean): RulePack[] {
  return packs
    .map((pack) => (pack.id === id ? pack : { ...pack, rules: pack.rules.filter(fits) }))
    .filter((pack) => pack.rules.length > 0);
}

function show(args: RulesArguments, io: CommandStreams, packs: readonly RulePack[]): number {
  const target = args.target ?? '';
  const byId = selected(packs, target, ({ id }) => id === target);
  const label = target.toLowerCase();
  // The report names rules by their labels.
  const wanted = byId.length > 0 ? byId : selected(packs, '', (rule) => rule.label.toLowerCase() === label);
  if (wanted.length === 0) {
    const ids = packs.flatMap((pack) => [pack.id, ...pack.rules.map((rule) => rule.id)]);
    const hint = didYouMean(target, ids) || '; "portwitness rules list" names them all';
    io.stderr.write(
      target === ''
        ? 'rules show needs the id of a pack or rule\n'
        : `no rule pack and no rule is called ${quoted(target)}${hint}\n`,
    );
    return 2;
  }
  if (args.json === true) writeJson(io, wanted);
  else io.stdout.write(wanted.map(packDetails).join('\n'));
  return 0;
}

function overlapText({ rule, shadowed, by }: Overlap): string {
  const names = by.map((rival) => {
    const port = rival.rule.proto === 'icmp' ? '' : ` (e.g. port ${rival.port})`;
    return `${rival.rule.id} of ${rival.rule.pack}${port}`;
  });
  const effect = shadowed ? 'never gets a flow, because these go first' : 'yields some ports to';
  return printable(`warning: rule ${rule.id} of ${rule.pack} ${effect}: ${names.join(', ')}`);
}

async function check(args: RulesArguments, io: CommandStreams): Promise<number> {
  const files = args.target === undefined ? args.rules : [args.target, ...args.rules];
  if (files.length === 0) {
    io.stderr.write('rules check needs a rule pack file\n');
    return 2;
  }
  const packs = await loadPacks({ ...args, files });
  const overlaps = findOverlaps(packs, new Set(files));
  if (args.json === true) {
    const brief = ({ id, pack }: Rule): object => ({ rule: id, pack });
    writeJson(io, {
      ok: true,
      packs: packs.filter((pack) => files.includes(pack.source)),
      overlaps: overlaps.map((one) => ({
        ...brief(one.rule),
        shadowed: one.shadowed,
        by: one.by.map((rival) => ({ ...brief(rival.rule), port: rival.port })),
      })),
    });
    return 0;
  }
  for (const pack of packs) {
    if (!files.includes(pack.source)) continue;
    const count = pack.rules.length;
    io.stdout.write(printable(`${pack.source}: ok: ${count} ${count === 1 ? 'rule' : 'rules'}`) + '\n');
  }
  for (const overlap of overlaps) io.stderr.write(`${overlapText(overlap)}\n`);
  return 0;
}

/** Runs the command; exit code 0, or 2 for a fault in the arguments or in a rule pack. */
export async function rulesCommand(args: RulesArguments, io: CommandStreams): Promise<number> {
  try {
    if (args.action === 'check') return await check(args, io);
    const packs = await loadPacks({ ...args, files: args.rules });
    return args.action === 'list' ? list(args, io, packs) : show(args, io, packs);
  } catch (error) {
    if (!(error instanceof RulePackError)) throw error;
    if (args.json === true) writeJson(io, { ok: false, errors: error.issues });
    else io.stderr.write(`${error.message}\n`);
    return 2;
  }
}
