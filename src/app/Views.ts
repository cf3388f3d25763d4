/**
 * What operators look at, read from stored records through the charts of this build. Nothing is told to an actor and nothing
 * is written: what it knows is its answer on a copy, and what it would do next is its next turn run on a copy.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type NextWork, OperatorViews, type Rehearsal, type RehearsedTurn } from "#channels/http/OperatorViews.ts"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import type { RetentionRule } from "#domain/Retention.ts"
import { RUNTIME_PREFIX } from "#domain/RetentionReport.ts"
import { decodeRecord, RecordUndecodable, type Timer } from "#kernel/ActorRecord.ts"
import { isTooLate, nextDueTimer, wakeAt } from "#kernel/Pending.ts"
import { latePolicyOf, type RegisteredActor, registerActors } from "#kernel/RegisteredActor.ts"
import { decodeState, VersionUnknown } from "#kernel/SnapshotCodec.ts"
import { TurnInvalid } from "#kernel/Step.ts"
import { type ActorState, runTurn, type TurnInput } from "#kernel/Turn.ts"
import { nameOf } from "#runtime/Dispatcher.ts"
import { fingerprint } from "#runtime/Fingerprint.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { Housekeeping } from "#runtime/ports/Housekeeping.ts"
import { SnapshotUndecodable, UnknownActorType, UnknownMachineVersion } from "#runtime/RuntimeError.ts"

/** A copy's turn is never stored, so its name is nobody's. */
const COPY = "copy"

/** A code: what a chart throws may quote a person. */
const codeOf = (error: unknown): string => {
  if (error instanceof TurnInvalid) return error.code
  if (error instanceof RecordUndecodable) return error.reason
  return error instanceof VersionUnknown ? "version_unknown" : "threw"
}

const turnOf = (actor: RegisteredActor, address: ActorAddress, state: ActorState, input: TurnInput, now: number) =>
  runTurn(actor, address, state, input, { now, turn: COPY })

const rehearsed = (
  actor: RegisteredActor,
  address: ActorAddress,
  state: ActorState,
  timer: Timer,
  now: number
): RehearsedTurn => {
  if (isTooLate(latePolicyOf(actor, timer.id), timer, now)) return { outcome: "dropped" }
  try {
    const { meta, snapshot } = turnOf(actor, address, state, { kind: "timer", timer }, Math.max(now, timer.dueAt)).state
    const asked = new Set(state.meta.outbox.map(({ id }) => id))
    const set = new Set(state.meta.timers)
    return {
      outcome: "moves",
      state: snapshot.value,
      effects: meta.outbox.filter(({ id }) => !asked.has(id)).map(({ work }) => nameOf(work)),
      timers: meta.timers.filter((timer) => !set.has(timer)).map(({ id }) => id)
    }
  } catch (error) {
    return { outcome: "refused", reason: codeOf(error) }
  }
}

const nextOf = (actor: RegisteredActor, address: ActorAddress, state: ActorState, now: number): NextWork | null => {
  const at = wakeAt(state.meta)
  if (at === null) return null
  const timer = nextDueTimer(state.meta, at)
  if (timer !== null) {
    const turn = rehearsed(actor, address, state, timer, now)
    return { kind: "timer", name: timer.id, dueAt: at, turn }
  }
  const entry = state.meta.outbox.find(({ claim, readyAt }) => (claim?.until ?? readyAt) === at)
  return { kind: "effect", name: entry === undefined ? "" : nameOf(entry.work), dueAt: at, turn: null }
}

const rehearse = (actor: RegisteredActor, address: ActorAddress, record: string, now: number): Rehearsal => {
  const common = { address, bytes: Buffer.byteLength(record), known: actor.definition.version }
  let storedVersion: number | null = null
  try {
    storedVersion = decodeRecord(record).version
    const state = decodeState(actor, record)
    const next = nextOf(actor, address, state, now)
    return { ...common, storedVersion, unreadable: null, state: state.snapshot.value, next }
  } catch (error) {
    return { ...common, storedVersion, unreadable: codeOf(error), state: null, next: null }
  }
}

/** The views over the store in the environment, for actors of these types; what is stored is told by the rules' prefixes. */
export const layer = (
  definitions: ReadonlyArray<ActorDefinition>,
  rules: ReadonlyArray<RetentionRule>
): Layer.Layer<OperatorViews, never, ActorStore | Housekeeping> =>
  Layer.effect(
    OperatorViews,
    Effect.gen(function* () {
      const store = yield* ActorStore
      const keeping = yield* Housekeeping
      const prefixes = [...new Set(rules.map(({ prefix }) => prefix)), RUNTIME_PREFIX]
      const actors = registerActors(definitions)
      const stored = Effect.fnUntraced(function* (address: ActorAddress) {
        const actor = actors.get(address.type)
        if (actor === undefined) return yield* new UnknownActorType({ type: address.type })
        return { actor, found: yield* store.load(address), now: yield* Clock.currentTimeMillis }
      })
      return {
        look: Effect.fnUntraced(function* (address) {
          const { actor, found, now } = yield* stored(address)
          if (found === null) return null
          return yield* Effect.try({
            try: () => {
              const state = decodeState(actor, found.record)
              return { reply: turnOf(actor, address, state, { kind: "event", event: { type: "LOOK" } }, now).reply }
            },
            catch: (error) =>
              error instanceof VersionUnknown
                ? new UnknownMachineVersion({
                    actor: fingerprint(address),
                    found: error.found,
                    known: actor.definition.version
                  })
                : new SnapshotUndecodable({ actor: fingerprint(address), reason: codeOf(error) })
          })
        }),
        storage: keeping.size(prefixes),
        rehearse: Effect.fnUntraced(function* (address) {
          const { actor, found, now } = yield* stored(address)
          return found === null ? null : rehearse(actor, address, found.record, now)
        })
      }
    })
  )
