/** `portwitness interfaces`: what can be captured on this machine and by what, or why not and what to do. */
import Table from 'cli-table3';
import { findPrograms, listingPrograms } from '../../capture/source/choose.js';
import type { FoundPrograms } from '../../capture/source/choose.js';
import { listInterfaces, usualInterface } from '../../capture/source/interfaces/interfaces.js';
import type { NetworkInterface } from '../../capture/source/interfaces/interfaces.js';
import { probeInterface } from '../../capture/source/probe.js';
import type { Capturability } from '../../capture/source/probe.js';
import { NO_LINES } from '../../report/terminal/plain-table.js';
import { printable } from '../../rules/words/printable.js';

/** No interface can be captured. */
const EXIT_NONE = 2;
/** Interfaces that are asked about at the same time: each costs a short process or two. */
const MAX_PROBES = 4;
/** Addresses shown of one interface. */
const MAX_ADDRESSES = 3;

export interface InterfaceRow extends NetworkInterface {
  readonly programs: readonly Capturability[];
}

export interface InterfacesOutput {
  readonly stdout: NodeJS.WritableStream;
}

/** Runs the command; exit code 0, or 2 when nothing can be captured here. */
export async function interfacesCommand(json: boolean, { stdout }: InterfacesOutput): Promise<number> {
  const found = findPrograms();
  const known = await listInterfaces(listingPrograms(found));
  const rows = await probed(known, found);
  const usual = usualInterface(known);
  stdout.write(json ? interfacesJson(rows, usual, found) : interfacesText(rows, usual));
  return rows.some(canCapture) ? 0 : EXIT_NONE;
}

async function probed(
  known: readonly NetworkInterface[],
  found: FoundPrograms,
): Promise<readonly InterfaceRow[]> {
  const rows: InterfaceRow[] = [];
  for (let at = 0; at < known.length; at += MAX_PROBES) {
    const some = known.slice(at, at + MAX_PROBES);
    rows.push(
      ...(await Promise.all(
        some.map(async (one) => ({
          ...one,
          programs: one.pseudo ? [] : await probeInterface(one.name, found),
        })),
      )),
    );
  }
  return rows;
}

function canCapture({ programs }: InterfaceRow): boolean {
  return programs.some(({ works }) => works);
}

function interfacesJson(
  rows: readonly InterfaceRow[],
  usual: NetworkInterface | null,
  found: FoundPrograms,
): string {
  const value = {
    schema: 'portwitness-interfaces/1',
    default: usual?.name ?? null,
    programs: { dumpcap: found.dumpcap?.file ?? null, tcpdump: found.tcpdump?.file ?? null },
    interfaces: rows.map((row) => ({
      index: row.index,
      name: row.name,
      friendly_name: row.friendlyName,
      description: row.description,
      addresses: row.addresses,
      state: row.state,
      loopback: row.loopback,
      pseudo: row.pseudo,
      capturable: canCapture(row),
      programs: row.programs,
    })),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The table and below it, once each, why something cannot be captured. Ends with a line break. */
export function interfacesText(rows: readonly InterfaceRow[], usual: NetworkInterface | null): string {
  const table = new Table({
    head: ['no.', 'interface', 'state', 'addresses', 'captured by', 'description'],
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    chars: NO_LINES,
    colAligns: ['right'],
  });
  for (const row of rows.filter(({ pseudo }) => !pseudo)) {
    const works = row.programs.filter((one) => one.works).map(({ program }) => program);
    table.push(
      [
        String(row.index),
        row.friendlyName,
        row.state === 'unknown' ? '-' : row.state,
        addressesText(row.addresses),
        works.length === 0 ? 'nothing (see below)' : works.join(', '),
        row.description,
      ].map(printable),
    );
  }
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  return `${[...lines, '', ...notes(rows), ...leftOut(rows), closing(rows, usual)].join('\n')}\n`;
}

function addressesText(addresses: readonly string[]): string {
  if (addresses.length === 0) return '-';
  const more = addresses.length - MAX_ADDRESSES;
  return addresses.slice(0, MAX_ADDRESSES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** One line for each reason, with all the interfaces that it holds for. */
function notes(rows: readonly InterfaceRow[]): readonly string[] {
  const reasons = new Map<string, string[]>();
  for (const row of rows) {
    if (canCapture(row) || row.pseudo) continue;
    for (const { program, reason, remedy } of row.programs) {
      // Programs name the interface; the reason is the same for all of them.
      const general = reason
        .replaceAll(row.name, 'it')
        .replace(/^it: /, '')
        .replace(/ device "it"/, ' it');
      const line = `${program}: ${general}${remedy === '' ? '' : `\n      ${remedy}`}`;
      const names = reasons.get(line) ?? [];
      names.push(row.friendlyName);
      reasons.set(line, names);
    }
  }
  const byNames = new Map<string, string[]>();
  for (const [line, names] of reasons) {
    const key = names.join(', ');
    byNames.set(key, [...(byNames.get(key) ?? []), line]);
  }
  return [...byNames].flatMap(([names, lines]) => [
    `${printable(names)}:`,
    ...lines.map((line) => `  ${line.split('\n').map(printable).join('\n')}`),
    '',
  ]);
}

function leftOut(rows: readonly InterfaceRow[]): readonly string[] {
  const names = rows.filter(({ pseudo }) => pseudo).map(({ friendlyName }) => friendlyName);
  return names.length === 0 ? [] : [printable(`Left out, being no network interfaces: ${names.join(', ')}.`)];
}

function closing(rows: readonly InterfaceRow[], usual: NetworkInterface | null): string {
  if (!rows.some(canCapture)) return 'Nothing can be captured here as things stand.';
  if (usual === null) return 'No interface is up and has an address: name one with portwitness live -i.';
  return printable(
    `"portwitness live" captures ${usual.friendlyName} unless -i names another (by name, number or address).`,
  );
}
