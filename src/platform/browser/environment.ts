/** What a page tells of the system it runs on: browser and version, kind of system, zone. */
import type { Environment } from '../contract.js';

/** Of `navigator`, what is used: HTML Standard §8.10.1.1. */
export interface NavigatorText {
  readonly userAgent: string;
}

/** In this order: each later one also names an earlier engine. */
const BROWSERS: readonly (readonly [string, RegExp])[] = [
  ['Edge', /\bEdg\/([\d.]+)/],
  ['Firefox', /\bFirefox\/([\d.]+)/],
  ['Chrome', /Chrom(?:e|ium)\/([\d.]+)/],
  ['Safari', /\bVersion\/([\d.]+).*\bSafari\//],
];

export function browserEnvironment({ userAgent }: NavigatorText): Environment {
  return {
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    system: systemOf(userAgent),
    runtime: browserOf(userAgent),
  };
}

function browserOf(userAgent: string): string {
  for (const [name, pattern] of BROWSERS) {
    const version = pattern.exec(userAgent)?.[1];
    if (version !== undefined) return `${name} ${version.replace(/(\.0)+$/, '')}`;
  }
  return 'a browser';
}

function systemOf(userAgent: string): string {
  if (/\bWindows\b/.test(userAgent)) return 'win32';
  if (/\bMac(intosh| OS X)\b/.test(userAgent)) return 'darwin';
  return /\bLinux\b/.test(userAgent) ? 'linux' : 'unknown';
}
