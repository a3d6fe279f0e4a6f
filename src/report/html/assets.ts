/**
 * The style sheet and the script that every report carries inline, and the Content-Security-Policy that allows
 * exactly these two by their hash and nothing else (CSP Level 3 §2.3.1 hash-source).
 */
import { platform } from '../../platform/platform.js';

/** An asset that is text; line ends as a browser's parser sees them: it hashes what it has normalised. */
export function textAsset(name: string): string {
  return new TextDecoder().decode(platform.readAsset(name)).replaceAll('\r\n', '\n');
}

/** The source expression that allows exactly this text. */
export function hashSource(text: string): string {
  const digest = platform.sha256();
  digest.update(new TextEncoder().encode(text));
  return `'sha256-${digest.end('base64')}'`;
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
  return STYLE_SHEETS.map((name) => textAsset(`report/html/${name}`)).join('');
}

/** Reads the style sheets and the script. */
export function readAssets(): Assets {
  const style = reportStyle();
  const script = textAsset('report/html/report.client.js');
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
