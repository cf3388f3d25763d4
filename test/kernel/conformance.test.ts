/** Every XState feature a durable chart may use, held to what live XState does with it. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { assign, raise, setup } from "xstate"
import { family } from "./charts/family.ts"
import { invokes, spawns } from "./charts/promises.ts"
import { row } from "./charts/row.ts"
import { guards, history, moves, parallel } from "./charts/shapes.ts"
import { after, raises } from "./charts/timers.ts"
import { talk } from "./charts/words.ts"
import { conformance } from "./conformance/conformance.ts"

const plain = <T extends string>(...types: ReadonlyArray<T>) => fc.constantFrom(...types.map((type) => ({ type })))
const ms = fc.integer({ min: 1, max: 130 })
const n = fc.integer({ min: 0, max: 4 })

describe("the kernel does what live XState does, with a restart after every turn", () => {
  it("after", () =>
    conformance(
      { rows: [after] },
      {
        events: fc.oneof(
          plain("GO", "AGAIN", "INSIDE", "BACK"),
          fc.record({ type: fc.constant("SET"), pace: fc.constantFrom(0, 15, 200) })
        ),
        advances: ms
      }
    ))

  it("raise and sendTo oneself, delayed and not, and cancel", () =>
    conformance(
      { rows: [raises] },
      {
        events: fc.oneof(
          plain("DISARM", "LOOSE", "NOW"),
          fc.record({ type: fc.constant("ARM"), ms: fc.constantFrom(0, 25, 90) }),
          fc.record({ type: fc.constantFrom("SELF", "LATER"), n })
        ),
        advances: ms
      }
    ))

  it("invoked promises", () => conformance({ rows: [invokes] }, { events: plain("START", "LEAVE", "AGAIN", "RISK") }))

  it("spawned promises", () =>
    conformance(
      { rows: [spawns] },
      {
        events: fc.oneof(plain("STOP", "FLASH"), fc.record({ type: fc.constantFrom("SPAWN", "STOP_ONE"), n }))
      },
      { unreached: ["spawns: spawns.flash"] }
    ))

  it("parents and children", () =>
    conformance(
      { rows: family },
      {
        events: fc.oneof(
          plain("OPEN", "CLOSE", "SPAWN", "KILL", "FLASH"),
          fc.record({ type: fc.constantFrom("PING", "PING_LATER"), n }),
          fc.record({ type: fc.constant("TELL"), what: fc.constantFrom("NAP", "FINISH", "BREAK", "END_GRAND") })
        ),
        advances: ms
      },
      { unreached: ["parent: parent.flash"], numRuns: 300 }
    ))

  it("actions, emits, logs, replies, tells and results", () =>
    conformance(
      { rows: [talk] },
      {
        events: fc.oneof(
          plain("ASK"),
          fc.record({ type: fc.constant("SAY"), text: fc.constantFrom("a", "bc"), loud: fc.boolean() }),
          fc.record({ type: fc.constant("PASS"), to: fc.constantFrom("1", "2") })
        ),
        codes: fc.constantFrom("refused", "gone")
      }
    ))

  it("parallel states and the order of their always transitions", () =>
    conformance({ rows: [parallel] }, { events: plain("A", "B", "BOTH", "ON", "RESET") }, { numRuns: 400 }))

  it("shallow and deep history", () =>
    conformance(
      { rows: [history] },
      { events: plain("NEXT", "DEEP", "PAUSE", "BACK", "BACK_DEEP", "PICK"), advances: ms },
      { numRuns: 400 }
    ))

  it("guards, always and tags", () =>
    conformance(
      { rows: [guards] },
      { events: fc.oneof(plain("FLIP", "CHECK"), fc.record({ type: fc.constant("MOVE"), n })) }
    ))

  it("descriptors, internal and outer transitions, final states with output", () =>
    conformance(
      { rows: [moves] },
      {
        events: fc.oneof(
          { weight: 12, arbitrary: plain("user.add.two", "user", "other", "INNER", "OUTER", "SELF", "NONE") },
          { weight: 3, arbitrary: fc.record({ type: fc.constant("user.add"), n }) },
          { weight: 1, arbitrary: plain("END") }
        ),
        advances: ms
      },
      { unreached: ["moves: moves.outer.c.fin"] }
    ))
})

describe("the check itself", () => {
  const events = fc.record({ type: fc.constant("SET"), ms: fc.constantFrom(10, 30) })
  const bell = setup({
    types: { context: {} as { rang: number }, events: {} as { type: "SET"; ms: number } | { type: "RANG" } }
  }).createMachine({
    id: "bell",
    context: { rang: 0 },
    initial: "on",
    on: {
      // a second one under the id of a pending one: here durable and live actors differ, as the list of differences says
      SET: { actions: raise({ type: "RANG" }, { id: "bell", delay: ({ event }) => event.ms }) },
      RANG: { actions: assign({ rang: ({ context }) => context.rang + 1 }) }
    },
    states: { on: {}, never: {} }
  })

  it("finds a difference, and shows the steps to it", async () => {
    const checked = conformance({ rows: [row("bell", bell)] }, { events, advances: fc.constant(50) })
    await expect(checked).rejects.toThrow(/Counterexample: \[\{"type":"SET".*"kind":"advance","ms":50/)
  })

  it("finds a state that no sequence reached", async () => {
    const checked = conformance({ rows: [row("bell", bell)] }, { events: plain("OTHER") }, { numRuns: 5 })
    await expect(checked).rejects.toThrow(/deeply equal \[\]/)
  })
})
