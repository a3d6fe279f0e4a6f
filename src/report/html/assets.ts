/**
 * The style sheet and the script that every report carries inline, and the Content-Security-Policy that allows
 * exactly these two by their hash and nothing else (CSP Level 3 §2.3.1 hash-source).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Line ends as a browser's parser sees them: it hashes what it has normalised. */
function asset(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8').replaceAll('\r\n', '\n');
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}

export interface Assets {
  readonly style: string;
  readonly script: string;
  /** The value of the policy's meta element. */
  readonly policy: string;
}

/** In the order of the cascade. */
const STYLE_SHEETS = ['page.css', 'sections.css', 'findings.css', 'print.css'] as const;

/** Reads the style sheets and report.client.js beside this module. */
export function readAssets(): Assets {
  const style = STYLE_SHEETS.map(asset).join('');
  const script = asset('report.client.js');
  const policy = [
    "default-src 'none'",
    `style-src ${hashSource(style)}`,
    `script-src ${hashSource(script)}`,
    "img-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return { style, script, policy };
}
