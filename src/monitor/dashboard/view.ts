/** What one reader of the dashboard looks at: the words of the filter and a page of the matrix. */

/**
 * Longest filter of the dashboard, in UTF-16 units.
 * @reached the rest is left out
 */
export const MAX_FILTER = 100;
/** Computers on a page of the matrix. */
export const PAGE_ROWS = 100;
const MAX_PAGE = 9999;

export interface View {
  /** As typed. */
  readonly filter: string;
  /** From 1. */
  readonly page: number;
}

/** From the query of an address; anything odd becomes the usual. */
export function viewOf(query: URLSearchParams): View {
  const page = Number(query.get('page') ?? '1');
  return {
    filter: (query.get('q') ?? '').slice(0, MAX_FILTER),
    page: Number.isInteger(page) && page >= 1 && page <= MAX_PAGE ? page : 1,
  };
}

/** The query of this view without '?', '' = the usual view. */
export function queryOf({ filter, page }: View): string {
  const query = new URLSearchParams();
  if (filter !== '') query.set('q', filter);
  if (page > 1) query.set('page', String(page));
  return query.toString();
}

/** Whether a text holds all words of the filter, in any order and case. */
export function matcher(filter: string): (text: string) => boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return (text) => {
    const lower = text.toLowerCase();
    return words.every((word) => lower.includes(word));
  };
}
