/** Elements of the page by their ids. */

export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element ${id}`);
  return found as T;
}

export function show(id: string, isShown: boolean): void {
  element(id).hidden = !isShown;
}
