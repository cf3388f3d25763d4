/**
 * A map whose entries vanish when their time is over: invisible at once, swept now and then. Knows no clock: every call
 * that looks says what time it is.
 */

export interface Expiring<A> {
  readonly value: A
  /** Epoch milliseconds; `null` = never. */
  readonly expiresAt: number | null
}

export class ExpiringMap<A> {
  private readonly entries = new Map<string, Expiring<A>>()

  find(key: string, now: number): Expiring<A> | undefined {
    const entry = this.entries.get(key)
    if (entry === undefined || entry.expiresAt === null || entry.expiresAt > now) return entry
    this.entries.delete(key)
    return undefined
  }

  get(key: string, now: number): A | undefined {
    return this.find(key, now)?.value
  }

  set(key: string, value: A, expiresAt: number | null): void {
    this.entries.set(key, { value, expiresAt })
  }

  /** Answers whether a living entry was removed. */
  delete(key: string, now: number): boolean {
    const existed = this.get(key, now) !== undefined
    this.entries.delete(key)
    return existed
  }

  /** Answers how many living entries were removed. */
  deleteAll(chosen: (value: A) => boolean, now: number): number {
    this.sweep(now)
    const keys = [...this.entries].filter(([, entry]) => chosen(entry.value)).map(([key]) => key)
    for (const key of keys) this.entries.delete(key)
    return keys.length
  }

  values(now: number): ReadonlyArray<A> {
    this.sweep(now)
    return Array.from(this.entries.values(), (entry) => entry.value)
  }

  /** The names of the living entries. */
  keys(now: number): ReadonlyArray<string> {
    this.sweep(now)
    return [...this.entries.keys()]
  }

  sweep(now: number): void {
    for (const key of [...this.entries.keys()]) this.find(key, now)
  }

  get size(): number {
    return this.entries.size
  }
}
