/** Where the files that come with the program lie: in the folder `assets` beside this module, as the build puts them. */

/** @param name path below src/, for example `report/html/style/look.css` */
export function assetUrl(name: string): URL {
  return new URL(`assets/${name}`, import.meta.url);
}
