/**
 * The reference store: a few maps in this process. It says in the fewest words what every store must do, and serves tests
 * and `--memory` trials. Nothing survives the process. Its time is Effect's `Clock`, so `TestClock` drives expiry,
 * wake-ups and dedup marks; what has expired is invisible at once and swept now and then.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { format, parse, type ActorAddress } from "#domain/ActorAddress.ts"
import { ActorStore, DEAD_LETTER_TTL_MS } from "#runtime/ports/ActorStore.ts"
import type { ActorStoreService, Commit, CommitResult, DeadLetter, Stamp } from "#runtime/ports/ActorStore.ts"
import { expiry, instant, lifetime } from "../Millis.ts"

interface Expiring<A> {
  readonly value: A
  readonly expiresAt: number | null
}

interface Actor {
  readonly stamp: Stamp
  readonly record: string
}

interface Document {
  readonly text: string
  /** `null` for a projection. */
  readonly owner: string | null
}

/** A map whose entries vanish when their time is over. */
class ExpiringMap<A> {
  private readonly entries = new Map<string, Expiring<A>>()

  get(key: string, now: number): A | undefined {
    const entry = this.entries.get(key)
    if (entry === undefined) return undefined
    if (entry.expiresAt === null || entry.expiresAt > now) return entry.value
    this.entries.delete(key)
    return undefined
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

  sweep(now: number): void {
    for (const key of [...this.entries.keys()]) this.get(key, now)
  }

  get size(): number {
    return this.entries.size
  }
}

const sameStamp = (a: Stamp | undefined, b: Stamp | null): boolean =>
  a === undefined ? b === null : b !== null && a.revision === b.revision && a.turn === b.turn

/** Commits between two sweeps of everything that has expired. */
const SWEEP_EVERY = 1024

const make = (): ActorStoreService => {
  const actors = new ExpiringMap<Actor>()
  const marks = new Map<string, ExpiringMap<string>>()
  const documents = new ExpiringMap<Document>()
  const letters = new ExpiringMap<DeadLetter>()
  const due = new Map<string, number>()
  let commits = 0

  const sweep = (now: number): void => {
    actors.sweep(now)
    documents.sweep(now)
    letters.sweep(now)
    for (const [key, of] of marks) {
      of.sweep(now)
      if (of.size === 0) marks.delete(key)
    }
    for (const key of due.keys()) if (actors.get(key, now) === undefined) due.delete(key)
  }

  const commitOne = (commit: Commit, now: number): CommitResult => {
    const key = format(commit.address)
    const stored = actors.get(key, now)
    if (commit.next !== null && sameStamp(stored?.stamp, commit.next)) return { _tag: "Committed" }
    const reply = commit.mark === null ? undefined : marks.get(key)?.get(commit.mark.id, now)
    if (reply !== undefined) return { _tag: "Duplicate", reply }
    if (!sameStamp(stored?.stamp, commit.expected)) return { _tag: "Conflict" }

    if (commit.next === null) {
      actors.delete(key, now)
    } else {
      const { record, revision, turn, ttlMs } = commit.next
      actors.set(key, { stamp: { revision, turn }, record }, expiry(now, ttlMs))
    }
    if (commit.next === null || commit.wakeAt === null) due.delete(key)
    else due.set(key, instant(commit.wakeAt))
    if (commit.mark !== null) {
      const of = marks.get(key) ?? new ExpiringMap<string>()
      of.set(commit.mark.id, commit.mark.reply, now + lifetime(commit.mark.ttlMs))
      marks.set(key, of)
    }
    for (const projection of commit.projections) {
      if (projection.op === "delete") documents.delete(projection.key, now)
      else documents.set(projection.key, { text: projection.value, owner: null }, expiry(now, projection.ttlMs))
    }
    for (const letter of commit.deadLetters) letters.set(letter.id, letter, now + DEAD_LETTER_TTL_MS)
    return { _tag: "Committed" }
  }

  const forget = (address: ActorAddress, projectionKeys: ReadonlyArray<string>, now: number): number => {
    const key = format(address)
    due.delete(key)
    let removed = actors.delete(key, now) ? 1 : 0
    if ((marks.get(key)?.values(now).length ?? 0) > 0) removed++
    marks.delete(key)
    removed += letters.deleteAll((letter) => format(letter.address) === key, now)
    removed += documents.deleteAll(({ owner }) => owner === key, now)
    for (const document of projectionKeys) if (documents.delete(document, now)) removed++
    return removed
  }

  const atNow = <A>(run: (now: number) => A): Effect.Effect<A> => Effect.map(Clock.currentTimeMillis, run)

  return {
    kind: "memory",
    load: (address) => atNow((now) => actors.get(format(address), now) ?? null),
    seen: (address, id) => atNow((now) => marks.get(format(address))?.get(id, now) ?? null),
    commit: (batch) =>
      atNow((now) => {
        if (++commits % SWEEP_EVERY === 0) sweep(now)
        return batch.map((commit) => commitOne(commit, now))
      }),
    claimDue: (limit, visibilityMs) =>
      atNow((now) => {
        const waiting = [...due].filter(([key]) => actors.get(key, now) !== undefined).sort((a, b) => a[1] - b[1])
        const claimed = waiting.slice(0, limit).filter(([, at]) => at <= now)
        for (const [key] of claimed) due.set(key, now + lifetime(visibilityMs))
        return {
          now,
          addresses: claimed.map(([key]) => parse(key)),
          nextAt: waiting[claimed.length]?.[1] ?? null
        }
      }),
    postpone: (address, wakeAt) =>
      Effect.sync(() => {
        const key = format(address)
        if (due.has(key)) due.set(key, instant(wakeAt))
      }),
    forget: (address, projectionKeys, expected) =>
      atNow((now) => {
        const stored = actors.get(format(address), now)
        return expected === undefined || sameStamp(stored?.stamp, expected)
          ? forget(address, projectionKeys, now)
          : null
      }),
    readDocument: (key) => atNow((now) => documents.get(key, now)?.text ?? null),
    writeDocument: (address, key, text, ttlMs) =>
      atNow((now) => {
        const owner = format(address)
        if (actors.get(owner, now) === undefined) return false
        documents.set(key, { text, owner }, expiry(now, ttlMs))
        return true
      }),
    listDeadLetters: (limit) =>
      atNow((now) =>
        letters
          .values(now)
          .toSorted((a, b) => b.at - a.at)
          .slice(0, limit)
      ),
    readDeadLetter: (id) => atNow((now) => letters.get(id, now) ?? null),
    removeDeadLetter: (id) => atNow((now) => letters.delete(id, now)),
    ping: Effect.void
  }
}

/** A fresh, empty store. **Crash**: everything is gone. Never fails. */
export const layer: Layer.Layer<ActorStore> = Layer.sync(ActorStore, make)
