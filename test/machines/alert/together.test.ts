/**
 * An alert among its real neighbours - member, desk, session - through the runtime: killed and started again at any time,
 * and no message of the member lost when alert and member disagree about what is open.
 */
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import type { AlertAnswer, AlertEffects } from "#domain/ash/Alert.ts"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import type { DeskStatus } from "#domain/ash/Desk.ts"
import { memberId } from "#domain/ash/Member.ts"
import { alertDefinition } from "#machines/alert/definition.ts"
import { ashSessionDefinition } from "#machines/ash-session/definition.ts"
import { deskDefinition } from "#machines/desk/definition.ts"
import { memberDefinition } from "#machines/member/definition.ts"
import { describeDurable, type Mode } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { makeWorld, type Process, type World } from "#test/runtime/World.ts"
import { ALERT, CHANNEL, DAY, GUILD, HOUR, MESSAGE, MINUTE, OTHER, POST, RESPONDER, THREAD, USER } from "./Driver.ts"

const alertAt = address("alert", ALERT)
const memberAt = address("member", memberId(GUILD, USER))
const deskAt = address("desk", GUILD)

const definitions = [alertDefinition, memberDefinition, deskDefinition, ashSessionDefinition]
const actors = definitions.map((row) => row(defaultAshPolicy))

/** Processes of the service, with Discord as a list of what was asked of it. */
const service = (world: World, { config }: Mode) =>
  world.process({
    actors,
    config: config({ pollIntervalMs: MINUTE }),
    handlers: {
      alert: {
        postAlert: world.handler("postAlert", () => Effect.succeed({ place: POST, threadId: THREAD, called: true })),
        editAlert: world.handler("editAlert", () => Effect.succeed(null)),
        notify: world.handler("notify", ({ params }) => {
          const { notice, audience } = params as unknown as AlertEffects["notify"]["params"]
          return Effect.succeed({ kind: notice.kind, audience })
        })
      },
      "ash-session": {
        sendDirect: world.handler("sendDirect", ({ params }) =>
          Effect.succeed({ ...(params as object), channelId: "1", messageId: "2" })
        ),
        converse: world.handler("converse"),
        postSessionNotes: world.handler("postSessionNotes", () => Effect.succeed({ posted: 0 }))
      },
      desk: { tellOperators: world.handler("tellOperators") },
      member: { classify: world.handler("classify"), classifyLater: world.handler("classifyLater") }
    }
  })

let ids = 0
const at = (now: number) => ({ by: RESPONDER, at: now })

/** The member wants a person: the shortest way to an alert. */
const wanted = (system: Process, now: number, messageId = MESSAGE) =>
  system.tell(
    memberAt,
    { type: "HUMAN_WANTED", because: "asked", messageId, channelId: CHANNEL, at: now },
    { id: `w${++ids}` }
  )
const ask = (system: Process, event: { readonly type: string; readonly [key: string]: unknown }, to = alertAt) =>
  Effect.map(system.ask(to, event, { id: `a${++ids}` }), (reply) => reply as AlertAnswer)
const look = (system: Process) => Effect.map(ask(system, { type: "LOOK" }), ({ alert }) => alert)
const openOnDesk = (system: Process) =>
  Effect.map(system.ask(deskAt, { type: "LOOK" }, { id: `d${++ids}` }), (status) =>
    (status as DeskStatus).open.map(({ alertId, acknowledgedBy }) => ({ alertId, acknowledgedBy }))
  )

const calls = ({ calls }: World): ReadonlyArray<string> =>
  calls.flatMap(({ name, params }) => {
    if (name !== "notify") return name === "sendDirect" ? ["sendDirect"] : []
    const { notice, audience } = params as unknown as AlertEffects["notify"]["params"]
    return audience === "nobody" ? [] : [`${notice.kind} ${audience}`]
  })

describeDurable("an alert among its neighbours", (durable) => {
  durable("is opened, shown on the desk, acknowledged and resolved, and the desk is empty", (mode) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* service(world, mode)
      yield* wanted(one, 0)
      yield* TestClock.adjust("1 second")
      expect(yield* openOnDesk(one)).toEqual([{ alertId: ALERT, acknowledgedBy: null }])
      expect(yield* ask(one, { type: "ACKNOWLEDGE", note: null, ...at(1000) })).toMatchObject({ outcome: "done" })
      expect(yield* ask(one, { type: "ACKNOWLEDGE", note: null, by: OTHER, at: 1001 })).toMatchObject({
        because: "already_acknowledged",
        alert: { acknowledged: { by: RESPONDER } }
      })
      yield* TestClock.adjust("1 second")
      expect(yield* openOnDesk(one)).toEqual([{ alertId: ALERT, acknowledgedBy: RESPONDER }])
      yield* ask(one, { type: "RESOLVE", note: null, ...at(2000) })
      yield* TestClock.adjust("1 second")
      expect(yield* openOnDesk(one)).toEqual([])
      const posts = world.calls.filter(({ name }) => name === "postAlert" || name === "editAlert")
      expect(posts.every(({ durable }) => durable)).toBe(true)
      return [posts.map(({ name }) => name), calls(world)]
    })
  )

  for (const [late, ms, state, ash] of [
    ["30 seconds", 30_000, "alert", "talking"],
    ["10 minutes", 10 * MINUTE, "alert", "talking"],
    ["2 days", 2 * DAY, "expired", "none"]
  ] as const) {
    durable(`killed before Ash goes, started again ${late} late: ${state}, Ash ${ash}`, (mode) =>
      Effect.gen(function* () {
        const world = yield* makeWorld
        const one = yield* service(world, mode)
        yield* wanted(one, 0)
        yield* TestClock.adjust("1 minute")
        yield* one.kill
        yield* TestClock.adjust(2 * MINUTE + ms)
        const before = world.calls.length
        const two = yield* service(world, mode)
        yield* TestClock.adjust("5 seconds")
        const alert = yield* look(two)
        expect([alert?.state, alert?.ash.state]).toEqual([state, ash])
        const said = calls({ ...world, calls: world.calls.slice(before) })
        if (state === "expired") expect(said).toEqual([])
        else expect(said).toContain("sendDirect")
        return [said, alert]
      })
    )
  }

  durable("what comes when it is over opens another alert, once", (mode) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* service(world, mode)
      yield* wanted(one, 0)
      yield* TestClock.adjust("1 second")
      yield* ask(one, { type: "RESOLVE", note: null, ...at(1000) })
      yield* TestClock.adjust("1 second")
      // The same words again, and others: the first alert can hear neither.
      yield* wanted(one, HOUR)
      yield* TestClock.adjust("10 seconds")
      const open = yield* openOnDesk(one)
      expect(open).toHaveLength(1)
      expect(open[0]?.alertId).not.toBe(ALERT)
      yield* wanted(one, HOUR + 1000, "1400000000000000044")
      yield* TestClock.adjust("10 seconds")
      expect(yield* openOnDesk(one)).toEqual(open)
      const second = yield* ask(one, { type: "LOOK" }, address("alert", open[0]?.alertId ?? ""))
      expect(second.alert).toMatchObject({ signals: 2, state: "alert" })
      expect((yield* look(one))?.state).toBe("resolved")
      return open
    })
  )

  durable("a member who was forgotten meanwhile, and calls the same alert anew, is heard", (mode) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* service(world, mode)
      yield* wanted(one, 0)
      yield* TestClock.adjust("1 second")
      yield* ask(one, { type: "RESOLVE", note: null, ...at(1000) })
      yield* TestClock.adjust("1 second")
      yield* one.forget(memberAt)
      yield* wanted(one, 2000)
      yield* TestClock.adjust("10 seconds")
      const open = yield* openOnDesk(one)
      expect(open).toHaveLength(1)
      expect(open[0]?.alertId).not.toBe(ALERT)
      return open
    })
  )
})
