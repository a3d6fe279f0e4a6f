/**
 * The style sheet and the script that every report carries inline, and the Content-Security-Policy that allows
 * exactly these two by their hash and nothing else (CSP Level 3 §2.3.1 hash-source).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A text file; line ends as a browser's parser sees them: it hashes what it has normalised. */
export function asset(url: URL): string {
  return readFileSync(url, 'utf8').replaceAll('\r\n', '\n');
}

/** The source expression that allows exactly this text. */
export function hashSource(text: string): string {
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

/** The look of the report, for other pages of the product. */
export function reportStyle(): string {
  return STYLE_SHEETS.map((name) => asset(new URL(name, import.meta.url))).join('');
}

/** Reads the style sheets and report.client.js beside this module. */
export function readAssets(): Assets {
  const style = reportStyle();
  const script = asset(new URL('report.client.js', import.meta.url));
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
