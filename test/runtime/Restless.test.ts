/** A chart that is due again the moment it was woken takes its turns among the others, and does not hold its process. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { assign, setup } from "xstate"
import { address } from "#domain/ActorAddress.ts"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import * as RuntimeConfig from "#runtime/RuntimeConfig.ts"
import * as MemoryStore from "#stores/memory/MemoryStore.ts"
import * as SqliteStore from "#stores/sqlite/SqliteStore.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { clock, type Firing } from "./charts/clock.ts"
import { add, ledger } from "./charts/ledger.ts"

/** As good as for ever: a round takes a millisecond of the real clock, and the test ends long before so many have passed. */
const ROUNDS = 20_000

/** Leaves its state at once and comes back to it, again and again. */
const restless: ActorDefinition = {
  type: "restless",
  version: 1,
  ttlMs: null,
  machine: setup({
    types: {} as { context: { readonly rounds: number }; events: { readonly type: "GO" | "READ" } },
    actions: { reply: (_, _params: number) => {} },
    guards: { on: ({ context }) => context.rounds < ROUNDS }
  }).createMachine({
    context: { rounds: 0 },
    initial: "still",
    states: {
      still: { on: { GO: "round" } },
      round: {
        after: {
          0: {
            guard: "on",
            target: "round",
            reenter: true,
            actions: assign({ rounds: ({ context }) => context.rounds + 1 })
          }
        }
      }
    },
    on: { READ: { actions: { type: "reply", params: ({ context }) => context.rounds } } }
  })
}

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "restless-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)
const stores = {
  memory: Effect.succeed(MemoryStore.layer),
  sqlite: Effect.map(folder, (path) => SqliteStore.layer({ file: join(path, "store.db") }))
}

describe("a chart that is always due", () => {
  for (const [kind, store] of Object.entries(stores)) {
    it.live(`lets others be asked and woken, and can be asked itself (${kind})`, () =>
      Effect.gen(function* () {
        const layer = ActorRuntime.layer({ actors: [restless, clock, ledger] }).pipe(
          Layer.provide(yield* store),
          Layer.provide(RuntimeConfig.layer({ stopWithinMs: 200, wakeBatch: 1 }))
        )
        const system = Context.get(yield* Layer.build(layer), ActorSystem)
        const never = address("restless", "a")
        const wall = address("clock", "wall")
        yield* system.tell(never, { type: "GO" }, { id: "1" })
        yield* system.tell(wall, { type: "REMIND", ms: 20 }, { id: "1" })
        for (let n = 1; n <= 50; n++) {
          expect(yield* system.ask(address("ledger", "a"), add("x"), { id: `${n}` })).toEqual({ count: n })
        }
        let asked = 1
        const fired = Effect.suspend(() => system.ask(wall, { type: "READ" }, { id: `${++asked}` })).pipe(
          Effect.map((reply) => reply as ReadonlyArray<Firing>)
        )
        const rang = yield* Effect.repeat(fired, {
          schedule: Schedule.spaced("5 millis"),
          times: 200,
          until: (firings) => firings.length > 0
        }).pipe(Effect.andThen(fired))
        expect(rang).toMatchObject([{ name: "reminder" }])
        const rounds = yield* system.ask(never, { type: "READ" }, { id: "2" })
        expect(rounds).toBeLessThan(ROUNDS)
        const more = Effect.suspend(() => system.ask(never, { type: "READ" }, { id: `${++asked}` }))
        const goesOn = { schedule: Schedule.spaced("5 millis"), times: 200 }
        expect(
          yield* Effect.repeat(more, { ...goesOn, until: (now) => Number(now) > Number(rounds) }).pipe(
            Effect.andThen(more)
          )
        ).toBeGreaterThan(Number(rounds))
      }).pipe(Effect.scoped, Effect.timeout("10 seconds"))
    )
  }
})
