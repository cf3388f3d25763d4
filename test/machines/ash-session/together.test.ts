/**
 * A person, Ash, their alert and the team, with the real charts on the runtime and the built-in companion: what is said is
 * true when it is said, also when the process is killed in the middle.
 */
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { fromTemplates } from "#capabilities/companion/TemplateCompanion.ts"
import { address } from "#domain/ActorAddress.ts"
import { type AlertAnswer, type AlertEffects, alertIdOf } from "#domain/ash/Alert.ts"
import type { Classify } from "#domain/ash/Analysis.ts"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import type { Converse } from "#domain/ash/AshSession.ts"
import { analyseByKeywords } from "#domain/ash/KeywordNet.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import { alertDefinition } from "#machines/alert/definition.ts"
import { ashSessionDefinition } from "#machines/ash-session/definition.ts"
import { deskDefinition } from "#machines/desk/definition.ts"
import { memberDefinition } from "#machines/member/definition.ts"
import { EffectFailed } from "#runtime/EffectHandler.ts"
import { describeDurable, type Mode } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { makeWorld, type Process, type World } from "#test/runtime/World.ts"
import { CHANNEL, GUILD, RESPONDER, USER } from "./Person.ts"

const person = address("ash-session", USER)
const FIRST = "500000000000000001"
const ALERT = alertIdOf(GUILD, USER, FIRST)
const alert = address("alert", ALERT)
const POST = { channelId: "700000000000000001", messageId: "700000000000000002" }

const actors = [alertDefinition, memberDefinition, deskDefinition, ashSessionDefinition].map((row) =>
  row(defaultAshPolicy)
)

interface Discord {
  /** Whether the team's channel takes posts. */
  open: boolean
}

const service = (world: World, { config }: Mode, discord: Discord = { open: true }) => {
  const closed = new EffectFailed({ code: "no_channel", retry: false })
  const channel = <A>(answer: A) => (discord.open ? Effect.succeed(answer) : Effect.fail(closed))
  return world.process({
    actors,
    config: config(),
    handlers: {
      alert: {
        postAlert: world.handler("postAlert", () => channel({ place: POST, threadId: POST.messageId, called: true })),
        editAlert: world.handler("editAlert", () => channel(null)),
        notify: world.handler("notify", ({ params }) => {
          const { notice, audience } = params as unknown as AlertEffects["notify"]["params"]
          return channel({ kind: notice.kind, audience })
        })
      },
      "ash-session": {
        sendDirect: world.handler("sendDirect", ({ params }) =>
          Effect.succeed({ ...(params as object), channelId: CHANNEL, messageId: "600000000000000001" })
        ),
        converse: world.handler("converse", ({ params }) =>
          Effect.succeed(fromTemplates(params as unknown as Converse))
        ),
        postSessionNotes: world.handler("postSessionNotes", () => Effect.succeed({ posted: 1 }))
      },
      desk: { tellOperators: world.handler("tellOperators") },
      member: {
        classify: world.handler("classify", ({ params }) => {
          const { message } = params as unknown as Classify
          return Effect.succeed({ message, analysis: analyseByKeywords(message.text), unanalysed: false })
        }),
        classifyLater: world.handler("classifyLater")
      }
    }
  })
}

let ids = 0
const say = (system: Process, text: string, at: number, messageId = FIRST) =>
  Effect.andThen(
    system.tell(
      person,
      { type: "DM_RECEIVED", messageId, channelId: CHANNEL, text, guildId: GUILD, attachments: 0, at },
      { id: `message:${messageId}` }
    ),
    TestClock.adjust("2 seconds")
  )
const ask = (system: Process, event: ActorEvent) =>
  Effect.tap(
    Effect.map(system.ask(alert, event, { id: `a${++ids}` }), (reply) => reply as AlertAnswer),
    () => TestClock.adjust("2 seconds")
  )
const by = (at: number) => ({ by: RESPONDER, at })

/** What the person has read, as kinds with a word of each. */
const read = ({ calls }: World): ReadonlyArray<string> =>
  calls.filter(({ name }) => name === "sendDirect").map(({ params }) => (params as unknown as { text: string }).text)
const thread = ({ calls }: World): ReadonlyArray<string> =>
  calls
    .filter(({ name }) => name === "notify")
    .map(({ params }) => (params as unknown as AlertEffects["notify"]["params"]).notice.kind)

describeDurable("somebody in danger who writes to Ash", (durable) => {
  durable("is answered, an alert is raised, and the team's call is reported once it stands", (mode) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* service(world, mode)
      yield* say(one, "I want to kill myself tonight", 0)
      const texts = read(world)
      expect(texts).toHaveLength(4)
      const [welcome, reply, asking, called] = texts
      expect(welcome).toContain("automated companion")
      expect(reply).toMatch(/serious|matters/u)
      expect(asking).toContain("I am asking the crisis team")
      expect(called).toContain("has been called.")
      const { alert: view } = yield* ask(one, { type: "LOOK" })
      expect(view).toMatchObject({ state: "alert", severity: "critical", humanWanted: "safety" })
      expect(world.calls.every(({ durable: asked }) => asked)).toBe(true)
      return [texts, view?.signals]
    })
  )

  durable("is told the truth when the team's channel takes no posts", (mode) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const discord = { open: false }
      const one = yield* service(world, mode, discord)
      yield* say(one, "I want a person", 0)
      yield* TestClock.adjust("61 seconds")
      expect(read(world).join("\n")).not.toContain("has been called")
      expect(read(world).at(-1)).toContain("could not reach the crisis team yet")
      discord.open = true
      yield* TestClock.adjust("10 minutes")
      expect(read(world).filter((text) => text.includes("has been called"))).toHaveLength(1)
      return read(world)
    })
  )

  durable("is answered by the next process when the first is killed", (mode) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* service(world, mode)
      yield* one.tell(
        person,
        {
          type: "DM_RECEIVED",
          messageId: FIRST,
          channelId: CHANNEL,
          text: "I feel so alone",
          guildId: GUILD,
          attachments: 0,
          at: 0
        },
        { id: `message:${FIRST}` }
      )
      yield* one.kill
      const two = yield* service(world, mode)
      yield* TestClock.adjust("3 minutes")
      const replies = new Set(read(world))
      expect([...replies].some((text) => text.includes("automated companion"))).toBe(true)
      expect(world.calls.filter(({ name }) => name === "converse").length).toBeGreaterThanOrEqual(1)
      yield* say(two, "bye", 200_000, "500000000000000002")
      expect(read(world).at(-1)).toContain("Take care of yourself")
      return [...replies].toSorted()
    })
  )
})

describeDurable("a responder and the person", (durable) => {
  durable("write to each other through the thread, and the end of the alert ends it", (mode) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* service(world, mode)
      yield* say(one, "I want a person", 0)
      expect(yield* ask(one, { type: "TAKE_OVER", ...by(3000) })).toMatchObject({ outcome: "done" })
      expect(read(world).at(-1)).toContain("person from the crisis team is here now")
      yield* one.tell(
        alert,
        { type: "THREAD_MESSAGE", messageId: "8", text: "Hi, I am Robin.", ...by(4000) },
        { id: "t1" }
      )
      yield* TestClock.adjust("2 seconds")
      expect(read(world).at(-1)).toBe("**Crisis team:** Hi, I am Robin.")
      yield* say(one, "thank you for coming", 5000, "500000000000000002")
      expect(thread(world)).toContain("member_said")
      expect(world.calls.filter(({ name }) => name === "converse")).toEqual([])
      yield* ask(one, { type: "RESOLVE", note: null, ...by(6000) })
      expect(read(world).at(-1)).toContain("crisis team has closed this conversation")
      expect(thread(world)).toContain("ash_ended")
      return [read(world), thread(world)]
    })
  )

  durable("Ash goes by itself when nobody comes, and opting out stops Ash and calls a person", (mode) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* service(world, mode)
      const wanted = { type: "HUMAN_WANTED", because: "asked", messageId: FIRST, channelId: CHANNEL, at: 0 }
      yield* one.tell(address("member", `${GUILD}:${USER}`), wanted, { id: "w1" })
      yield* TestClock.adjust("4 minutes")
      expect(read(world)).toHaveLength(1)
      expect((yield* ask(one, { type: "LOOK" })).alert?.ash).toMatchObject({ state: "talking", auto: true })
      yield* one.tell(person, { type: "DECLINED", messageId: "600000000000000001", at: 250_000 }, { id: "r1" })
      yield* TestClock.adjust("2 seconds")
      const { alert: view } = yield* ask(one, { type: "LOOK" })
      expect(view).toMatchObject({ optedOut: true, humanWanted: "opted_out", ash: { state: "ended" } })
      expect(read(world).at(-1)).toContain("I, Ash, will not write to you until")
      expect(yield* ask(one, { type: "TALK_TO_ASH", ...by(260_000) })).toMatchObject({ outcome: "done" })
      expect(read(world)).toHaveLength(2)
      expect(thread(world)).toContain("ash_refused")
      return [read(world), thread(world)]
    })
  )
})
