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
}

/** In the order of the cascade, behind what all pages share. */
const STYLE_SHEETS = ['report', 'matrix', 'pictures', 'print'] as const;

/** In the order in which they may run: a part uses what stands before it. */
const SCRIPTS = [
  'element',
  'result',
  'texts',
  'rows',
  'view',
  'cell-card',
  'grid',
  'matrix',
  'flows',
  'page',
] as const;

/** What all pages of the product share. */
export function sharedStyle(): string {
  return textAsset('report/html/style/look.css');
}

/** The parts are modules for the linter and for tests; a page gets them as one script, without imports and exports. */
function joinedScript(): string {
  const parts = SCRIPTS.map((name) =>
    textAsset(`report/html/client/${name}.client.js`)
      .replaceAll(/^import [^;]*;\n/gm, '')
      .replaceAll(/^export /gm, ''),
  );
  return `(() => {\n'use strict';\n${parts.join('\n')}})();\n`;
}

/** Reads the style sheets and the script, which are the same in every report. */
export function readAssets(): Assets {
  const sheets = STYLE_SHEETS.map((name) => textAsset(`report/html/style/${name}.css`));
  return { style: [sharedStyle(), ...sheets].join(''), script: joinedScript() };
}

/** The value of the policy's meta element: these two, and the margins of this report's printed pages. */
export function reportPolicy({ style, script }: Assets, margins: string): string {
  return [
    "default-src 'none'",
    `style-src ${hashSource(style)} ${hashSource(margins)}`,
    `script-src ${hashSource(script)}`,
    "img-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
