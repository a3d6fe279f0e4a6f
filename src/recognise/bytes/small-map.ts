/**
 * A map by number that has one entry nearly always, as the requests of a connection that wait for their answer do.
 * The first entry takes no more than two fields; V8's Map would make its table anew at every few of them.
 */

export class SmallMap<V extends object> {
  private hasFirst = false;
  private firstKey = 0;
  /** Stays when it is deleted: where one value is set again and again, storing it anew would cost a write barrier. */
  private first: V | null = null;
  /** Everything that came after `first`. */
  private more: Map<number, V> | null = null;

  get size(): number {
    return (this.hasFirst ? 1 : 0) + (this.more === null ? 0 : this.more.size);
  }

  get(key: number): V | undefined {
    if (this.hasFirst && this.firstKey === key) return this.first!;
    return this.more === null ? undefined : this.more.get(key);
  }

  /** A new key becomes the newest; a known one keeps its place. */
  set(key: number, value: V): void {
    const isFree = !this.hasFirst && (this.more === null || this.more.size === 0);
    if (isFree || (this.hasFirst && this.firstKey === key)) {
      this.hasFirst = true;
      this.firstKey = key;
      if (this.first !== value) this.first = value;
    } else {
      this.more ??= new Map<number, V>();
      this.more.set(key, value);
    }
  }

  delete(key: number): void {
    if (this.hasFirst && this.firstKey === key) this.hasFirst = false;
    else this.more?.delete(key);
  }

  /** The key that was set first; undefined = the map is empty. */
  get oldest(): number | undefined {
    if (this.hasFirst) return this.firstKey;
    return this.more?.keys().next().value;
  }

  /** All keys, the oldest first. */
  keys(): number[] {
    const keys = this.more === null ? [] : [...this.more.keys()];
    if (this.hasFirst) keys.unshift(this.firstKey);
    return keys;
  }

  clear(): void {
    this.hasFirst = false;
    this.more = null;
  }
}
