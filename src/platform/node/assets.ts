/**
 * Where the files that come with the program lie: in the folder `assets` beside this module, as the build puts them, or inside the
 * one executable file (Node's single executable applications), under the same names.
 */
import { readFileSync } from 'node:fs';
import { getAsset, getRawAsset, isSea } from 'node:sea';

/** @param name path below src/, for example `report/html/style/look.css` */
export function assetUrl(name: string): URL {
  return new URL(`assets/${name}`, import.meta.url);
}

/** Its bytes, which must not be written to: they may be those of the executable file. */
export function readAsset(name: string): Uint8Array {
  return isSea() ? new Uint8Array(getRawAsset(name) as ArrayBuffer) : readFileSync(assetUrl(name));
}

/** What a Worker is made from: the file of a module, or its text out of the executable file. */
export function threadSource(file: URL): { readonly source: URL | string; readonly eval: boolean } {
  if (!isSea()) return { source: file, eval: false };
  return { source: getAsset(file.pathname.replace(/^.*\//, ''), 'utf8'), eval: true };
}
