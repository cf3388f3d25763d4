/**
 * An actor store that ends or freezes its own process at a scripted call, so that a scenario can put a `kill -9` between any
 * two steps of a turn. It is the real store otherwise. Script: `CRASH_AT=commit:before:3` (before the third commit),
 * `load:after:1`, `any:after:7` (any call of a turn, a job or an effect), `writeDocument/recipe-pdf:after:1` (keys that
 * begin so), `commit/alert:before:2` (batches with an actor whose address begins so), `page:after:3` and `apply:before:2` (of
 * a clean-up; `any` leaves those out). `CRASH_BY=SIGSTOP` freezes instead, and the call goes on when the process is thawed.
 *
 * The moment is announced on stdout before it comes: `crash point reached`. With `STORE_TRACE=1` every counted call is named.
 */
import { writeSync } from "node:fs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { format } from "#domain/ActorAddress.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { Housekeeping, type HousekeepingService } from "#runtime/ports/Housekeeping.ts"

/** Said on stdout when the scripted call has come. */
export const REACHED = "crash point reached"

/** What precedes the name of a call in a trace. */
export const TRACED = "store call: "

interface CrashPoint {
  readonly call: string
  readonly keyPrefix: string
  readonly side: string
  readonly nth: number
}

const parse = (script: string): CrashPoint => {
  const match = /^(\w+)(?:\/([^:]+))?:(before|after):(\d+)$/.exec(script)
  if (match === null) throw new TypeError("CRASH_AT is <call>[/<key prefix>]:<before|after>:<n>")
  return { call: match[1] ?? "", keyPrefix: match[2] ?? "", side: match[3] ?? "", nth: Number(match[4]) }
}

const end = (signal: NodeJS.Signals): void => {
  writeSync(1, `${REACHED}\n`)
  process.kill(process.pid, signal)
  // A process that is to die does nothing more, whenever the signal arrives.
  if (signal === "SIGKILL") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

type Counted = <A, E>(call: string, keys: ReadonlyArray<string>, effect: Effect.Effect<A, E>) => Effect.Effect<A, E>

/** Counts calls towards the point of the script, and ends the process there. */
const counter = (env: NodeJS.ProcessEnv): { readonly counted: Counted; readonly traced: Counted } => {
  const point = env["CRASH_AT"] === undefined ? null : parse(env["CRASH_AT"])
  const signal: NodeJS.Signals = env["CRASH_BY"] === "SIGSTOP" ? "SIGSTOP" : "SIGKILL"
  let count = 0

  const counting =
    (isOfAny: boolean): Counted =>
    (call, keys, effect) =>
      Effect.suspend(() => {
        if (isOfAny && env["STORE_TRACE"] === "1") writeSync(1, `${TRACED}${call}\n`)
        if (point === null || (point.call !== call && !(isOfAny && point.call === "any"))) return effect
        if (point.keyPrefix !== "" && !keys.some((key) => key.startsWith(point.keyPrefix))) return effect
        if (++count !== point.nth) return effect
        if (point.side === "after") return Effect.tap(effect, () => Effect.sync(() => end(signal)))
        end(signal)
        return effect
      })
  return { traced: counting(true), counted: counting(false) }
}

const wrap = (inner: ActorStoreService, counted: Counted): ActorStoreService => {
  return {
    ...inner,
    load: (address) => counted("load", [], inner.load(address)),
    seen: (address, id) => counted("seen", [], inner.seen(address, id)),
    commit: (batch) =>
      counted(
        "commit",
        batch.map(({ address }) => format(address)),
        inner.commit(batch)
      ),
    readDocument: (key) => counted("readDocument", [key], inner.readDocument(key)),
    readDocuments: (keys) => counted("readDocuments", keys.slice(0, 1), inner.readDocuments(keys)),
    readSortedSet: (key, range) => counted("readSortedSet", [key], inner.readSortedSet(key, range)),
    readList: (key) => counted("readList", [key], inner.readList(key)),
    writeDocument: (owner, key, value, ttlMs) =>
      counted("writeDocument", [key], inner.writeDocument(owner, key, value, ttlMs))
  }
}

const wrapKeeping = (inner: HousekeepingService, counted: Counted): HousekeepingService => ({
  ...inner,
  page: (asked) => counted("page", [asked.prefix], inner.page(asked)),
  apply: (changes, options) =>
    counted(
      "apply",
      changes.map(({ key }) => key),
      inner.apply(changes, options)
    )
})

/** The store of the environment, under the script of this process. */
export const layer: Layer.Layer<ActorStore | Housekeeping, never, ActorStore | Housekeeping> = Layer.effectContext(
  Effect.gen(function* () {
    const { counted, traced } = counter(process.env)
    return Context.make(ActorStore, wrap(yield* ActorStore, traced)).pipe(
      Context.add(Housekeeping, wrapKeeping(yield* Housekeeping, counted))
    )
  })
)
