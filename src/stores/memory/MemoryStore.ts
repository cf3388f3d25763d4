/**
 * The reference store: a few maps in this process. It says in the fewest words what every store must do, and serves tests
 * and `--memory` trials. Nothing survives the process. Its time is Effect's `Clock`, so `TestClock` drives expiry,
 * wake-ups and dedup marks; what has expired is invisible at once and swept now and then.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { format, parse, type ActorAddress } from "#domain/ActorAddress.ts"
import type { Projection } from "#domain/Projection.ts"
import { ActorStore, DEAD_LETTER_TTL_MS } from "#runtime/ports/ActorStore.ts"
import type { ActorStoreService, Commit, CommitResult, DeadLetter, Stamp } from "#runtime/ports/ActorStore.ts"
import { Housekeeping } from "#runtime/ports/Housekeeping.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { expiry, instant, lifetime } from "../Millis.ts"
import { WrongShape } from "../Shapes.ts"
import { type Document, entriesOf, textOf, valuesOf, written } from "./Documents.ts"
import { type Expiring, ExpiringMap } from "./ExpiringMap.ts"
import { housekeeping } from "./Housekeeping.ts"

interface Actor {
  readonly stamp: Stamp
  readonly record: string
}

const sameStamp = (a: Stamp | undefined, b: Stamp | null): boolean =>
  a === undefined ? b === null : b !== null && a.revision === b.revision && a.turn === b.turn

/** Commits between two sweeps of everything that has expired. */
const SWEEP_EVERY = 1024

const make = (documents: ExpiringMap<Document>): ActorStoreService => {
  const actors = new ExpiringMap<Actor>()
  const marks = new Map<string, ExpiringMap<string>>()
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

  /** Living actors with a wake-up, earliest first. */
  const waiting = (now: number) =>
    [...due].filter(([key]) => actors.get(key, now) !== undefined).sort((a, b) => a[1] - b[1])

  /** What to answer without writing; `null` when the commit is to be written. */
  const refusal = (commit: Commit, now: number): CommitResult | null => {
    const key = format(commit.address)
    const stored = actors.get(key, now)
    if (commit.next !== null && sameStamp(stored?.stamp, commit.next)) return { _tag: "Committed" }
    const reply = commit.mark === null ? undefined : marks.get(key)?.get(commit.mark.id, now)
    if (reply !== undefined) return { _tag: "Duplicate", reply }
    return sameStamp(stored?.stamp, commit.expected) ? null : { _tag: "Conflict" }
  }

  /** What projections make of their keys, before anything is written: one that does not fit refuses the whole batch. */
  const stage = (projections: ReadonlyArray<Projection>, now: number) => {
    const staged = new Map<string, Expiring<Document> | undefined>()
    for (const projection of projections) {
      const { key } = projection
      staged.set(key, written(staged.has(key) ? staged.get(key) : documents.find(key, now), projection, now))
    }
    return staged
  }

  const write = (commit: Commit, now: number): void => {
    const key = format(commit.address)
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
    for (const letter of commit.deadLetters) letters.set(letter.id, letter, now + DEAD_LETTER_TTL_MS)
  }

  const commitAll = (batch: ReadonlyArray<Commit>, now: number): ReadonlyArray<CommitResult> => {
    const refusals = batch.map((commit) => refusal(commit, now))
    const accepted = batch.filter((_, index) => refusals[index] === null)
    const staged = stage(
      accepted.flatMap(({ projections }) => projections),
      now
    )
    for (const commit of accepted) write(commit, now)
    for (const [key, document] of staged) {
      if (document === undefined) documents.delete(key, now)
      else documents.set(key, document.value, document.expiresAt)
    }
    return refusals.map((refused) => refused ?? { _tag: "Committed" })
  }

  const forget = (address: ActorAddress, projectionKeys: ReadonlyArray<string>, now: number): number => {
    const key = format(address)
    due.delete(key)
    let removed = actors.delete(key, now) ? 1 : 0
    if ((marks.get(key)?.values(now).length ?? 0) > 0) removed++
    marks.delete(key)
    removed += letters.deleteAll((letter) => format(letter.address) === key, now)
    removed += documents.deleteAll((document) => document.shape === "text" && document.owner === key, now)
    for (const document of projectionKeys) if (documents.delete(document, now)) removed++
    return removed
  }

  const atNow = <A>(run: (now: number) => A): Effect.Effect<A> => Effect.map(Clock.currentTimeMillis, run)

  const shaped = <A>(operation: string, run: (now: number) => A): Effect.Effect<A, StoreUnavailable> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      try {
        return Effect.succeed(run(now))
      } catch (cause) {
        if (!(cause instanceof WrongShape)) throw cause
        return Effect.fail(new StoreUnavailable({ store: "memory", operation, reason: "wrong_type" }))
      }
    })

  return {
    kind: "memory",
    blocking: true,
    load: (address) => atNow((now) => actors.get(format(address), now) ?? null),
    seen: (address, id) => atNow((now) => marks.get(format(address))?.get(id, now) ?? null),
    commit: (batch) =>
      shaped("commit", (now) => {
        if (++commits % SWEEP_EVERY === 0) sweep(now)
        return commitAll(batch, now)
      }),
    claimDue: (limit, visibilityMs) =>
      atNow((now) => {
        const all = waiting(now)
        const claimed = all.slice(0, limit).filter(([, at]) => at <= now)
        for (const [key] of claimed) due.set(key, now + lifetime(visibilityMs))
        return {
          now,
          addresses: claimed.map(([key]) => parse(key)),
          nextAt: all[claimed.length]?.[1] ?? null
        }
      }),
    waiting: (limit) =>
      atNow((now) =>
        waiting(now)
          .slice(0, limit)
          .map(([key, wakeAt]) => ({ address: parse(key), wakeAt }))
      ),
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
    readDocument: (key) => shaped("readDocument", (now) => textOf(documents.get(key, now)) ?? null),
    readDocuments: (keys) =>
      atNow((now) =>
        keys.map((key) => {
          const document = documents.get(key, now)
          return document?.shape === "text" ? document.text : null
        })
      ),
    readSortedSet: (key, { limit, minScore = -Infinity }) =>
      shaped("readSortedSet", (now) =>
        entriesOf(documents.get(key, now))
          .filter(({ score }) => score >= minScore)
          .toReversed()
          .slice(0, limit)
      ),
    readList: (key) => shaped("readList", (now) => valuesOf(documents.get(key, now))),
    writeDocument: (address, key, text, ttlMs) =>
      atNow((now) => {
        const owner = format(address)
        if (actors.get(owner, now) === undefined) return false
        documents.set(key, { shape: "text", text, owner }, expiry(now, ttlMs))
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
export const layer: Layer.Layer<ActorStore | Housekeeping> = Layer.effectContext(
  Effect.sync(() => {
    const documents = new ExpiringMap<Document>()
    return Context.make(ActorStore, make(documents)).pipe(Context.add(Housekeeping, housekeeping(documents)))
  })
)
