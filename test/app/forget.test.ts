/**
 * "Forget me", from end to end in one process: the real conversation with everything built in - guest book, sample cart,
 * rule planner, recipes, local phone. Every key that anything ever wrote is remembered here, so that none can be left
 * over unseen; in the SQLite file every row and every byte is looked at as well.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import { EnvelopeId } from "#domain/Envelope.ts"
import * as Capabilities from "#capabilities/Capabilities.ts"
import type { CartSource } from "#capabilities/cart/CartSource.ts"
import { conversationJobs } from "#capabilities/ConversationJobs.ts"
import type { UserDirectory } from "#capabilities/directory/UserDirectory.ts"
import { MealPlanner } from "#capabilities/planner/MealPlanner.ts"
import type { ServiceSettings } from "#capabilities/Settings.ts"
import type { LocalInbox } from "#channels/sms/LocalInbox.ts"
import { sendSmsHandler } from "#channels/sms/SendSms.ts"
import { SmsProvider } from "#channels/sms/SmsProvider.ts"
import { registry } from "#machines/registry.ts"
import type { ConversationDocument } from "#machines/conversation/schema.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import * as MemoryStore from "#stores/memory/MemoryStore.ts"
import * as SqliteStore from "#stores/sqlite/SqliteStore.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const PHONE = "+12025550143"
const OTHER = "+12025550144"
/** A Friday, 10:00 in New York. */
const START = Date.UTC(2027, 0, 15, 15)

/** A store, and what is left in it of a text beyond the keys that were ever written; `null` when that cannot be looked at. */
interface Place {
  readonly store: Layer.Layer<ActorStore, unknown>
  readonly traces: (of: string) => ReadonlyArray<string>
}

const memory: Effect.Effect<Place> = Effect.succeed({ store: Layer.fresh(MemoryStore.layer), traces: () => [] })

const sqlite = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "tardigrade-forget-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  ),
  (folder): Place => {
    const file = join(folder, "store.db")
    return {
      store: SqliteStore.layer({ file }),
      traces: (of) => {
        const db = new DatabaseSync(file, { readOnly: true })
        const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
        const rows = tables.flatMap(({ name }) =>
          db
            .prepare(`SELECT * FROM ${String(name)}`)
            .all()
            .map((row) => `${String(name)} ${JSON.stringify(row)}`)
        )
        db.close()
        const bytes = readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(of))
        return [...rows.filter((row) => row.includes(of)), ...bytes]
      }
    }
  }
)

/** Every key ever written, by a turn or by an effect. */
class Written {
  readonly keys = new Set<string>()

  watch(store: ActorStoreService): ActorStoreService {
    return {
      ...store,
      commit: (batch) => {
        for (const { key } of batch.flatMap(({ projections }) => projections)) this.keys.add(key)
        return store.commit(batch)
      },
      writeDocument: (owner, key, value, ttlMs) => {
        this.keys.add(key)
        return store.writeDocument(owner, key, value, ttlMs)
      }
    }
  }
}

/** The planner, held up until the test lets it go on. */
class Gate {
  readonly asked = Deferred.makeUnsafe<void>()
  readonly open = Deferred.makeUnsafe<void>()
  readonly interrupted = Deferred.makeUnsafe<void>()
}

type Needs = ActorStore | UserDirectory | CartSource | MealPlanner | ServiceSettings

const service = (gate: Gate | null) => {
  const actors = Layer.unwrap(
    Effect.map(sendSmsHandler, (sendSms) =>
      ActorRuntime.layer<Needs>({ actors: registry, handlers: { conversation: { ...conversationJobs, sendSms } } })
    )
  )
  const gated = Layer.effect(
    MealPlanner,
    Effect.map(MealPlanner, (planner) => ({
      ...planner,
      plan: (request: Parameters<typeof planner.plan>[0]) =>
        gate === null
          ? planner.plan(request)
          : Deferred.succeed(gate.asked, undefined).pipe(
              Effect.andThen(Deferred.await(gate.open)),
              Effect.andThen(planner.plan(request)),
              Effect.onInterrupt(() => Deferred.succeed(gate.interrupted, undefined))
            )
    }))
  )
  return actors.pipe(
    Layer.provide(gated),
    Layer.provide(Capabilities.layerConfig),
    Layer.provideMerge(SmsProvider.layerLocal),
    Layer.provide(FetchHttpClient.layer),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} })))
  )
}

const opened = Effect.fnUntraced(function* (place: Place, gate: Gate | null = null) {
  yield* TestClock.setTime(START)
  const written = new Written()
  const watched = Layer.effect(
    ActorStore,
    Effect.map(ActorStore, (store) => written.watch(store))
  ).pipe(Layer.provide(place.store))
  const context = yield* Layer.build(service(gate).pipe(Layer.provideMerge(watched)))
  const store = Context.get(context, ActorStore)
  const system = Context.get(context, ActorSystem)
  const inbox = Context.get(context, SmsProvider).local as LocalInbox
  const seen = new Map<string, number>()
  let messages = 0

  const ids: Array<EnvelopeId> = []
  const say = (phone: string, text: string) => {
    const messageId = `SM${++messages}`
    ids.push(EnvelopeId(messageId))
    const event = { type: "MESSAGE_RECEIVED", text, messageId, at: START, replyVia: "answer" }
    return system.ask(address("conversation", phone), event, { id: messageId })
  }
  /** The next text to a phone. */
  const text = Effect.fnUntraced(function* (phone: string) {
    const [message] = yield* inbox.next(phone, seen.get(phone) ?? 0)
    seen.set(phone, message?.n ?? 0)
    return message?.text ?? ""
  })
  /** Until every effect's outcome is stored. */
  const settled = (phone: string) =>
    Effect.repeat(Effect.andThen(TestClock.adjust("10 millis"), system.inspect(address("conversation", phone))), {
      until: (seen) => seen?.effects.length === 0
    })
  /** Of the keys ever written: those that can be read now. */
  const living = Effect.suspend(() =>
    Effect.filter([...written.keys], (key) => Effect.map(store.readDocument(key), (value) => value !== null))
  )
  const plan = Effect.fnUntraced(function* (phone: string) {
    yield* say(phone, "plan")
    expect(yield* text(phone)).toContain("Monday")
    yield* settled(phone)
  })
  const recipes = Effect.fnUntraced(function* (phone: string) {
    yield* say(phone, "yes")
    yield* say(phone, "recipes now")
    const link = yield* text(phone)
    expect(link).toMatch(/recipes\/[\w-]{22}\.pdf/)
    yield* settled(phone)
    return `recipe-pdf:${/recipes\/([\w-]{22})\.pdf/.exec(link)?.[1] ?? ""}`
  })
  const nothingOf = Effect.fnUntraced(function* (phone: string) {
    const actor = address("conversation", phone)
    expect(yield* store.load(actor)).toBeNull()
    for (const id of ids) expect(yield* store.seen(actor, id)).toBeNull()
    expect(place.traces(phone)).toEqual([])
    expect(yield* system.forget(actor)).toBe(0)
  })
  return { store, system, written, say, plan, recipes, living, nothingOf }
})

/** Without what is unguessable about a key. */
const kind = (key: string): string => key.replace(/[0-9a-f]{32}|(?<=recipe-pdf:).*/, "*")

const me = address("conversation", PHONE)

describe.each([
  ["memory", memory],
  ["sqlite", sqlite]
] as const)("forget me, on %s", (_, place) => {
  it.effect("after a plan, a yes and the recipes nothing of the number is left, and nothing of another is gone", () =>
    Effect.gen(function* () {
      const where = yield* place
      const world = yield* opened(where)
      yield* world.plan(PHONE)
      const pdf = yield* world.recipes(PHONE)
      const mine = yield* world.living
      expect(mine).toContain(pdf)
      expect(mine.map(kind).toSorted()).toEqual([
        `conversation:${PHONE}`,
        `conversation:${PHONE}:analysis:*`,
        "recipe-link:*",
        "recipe-pdf:*",
        "sms:sent:*",
        "sms:sent:*",
        `user:${PHONE}`
      ])
      yield* world.plan(OTHER)
      const theirPdf = yield* world.recipes(OTHER)
      const theirs = (yield* world.living).filter((key) => !mine.includes(key))
      expect(theirs).toHaveLength(mine.length)
      expect(theirs).toContain(theirPdf)

      // The documents, the record, the marks.
      expect(yield* world.system.forget(me)).toBe(mine.length + 2)
      expect(yield* world.living).toEqual(theirs)
      yield* world.nothingOf(PHONE)
      expect(yield* world.system.forget(address("conversation", OTHER))).toBe(theirs.length + 2)
      expect(yield* world.living).toEqual([])
      yield* world.nothingOf(OTHER)
      expect(where.traces(pdf)).toEqual([])
    }).pipe(Effect.scoped)
  )

  it.effect("a conversation that expired leaves documents, and they are forgotten too", () =>
    Effect.gen(function* () {
      const world = yield* opened(yield* place)
      yield* world.plan(PHONE)
      yield* world.recipes(PHONE)
      const before = yield* world.living
      yield* TestClock.adjust("3 hours")
      expect(yield* world.store.load(me)).toBeNull()
      const left = yield* world.living
      expect(left).toEqual(before.filter((key) => key !== `conversation:${PHONE}`))
      // Those and the marks, which live for a day.
      expect(yield* world.system.forget(me)).toBe(left.length + 1)
      expect(yield* world.living).toEqual([])
      yield* world.nothingOf(PHONE)
    }).pipe(Effect.scoped)
  )

  it.effect("a plan that is still being made is stopped, and written nowhere", () =>
    Effect.gen(function* () {
      const gate = new Gate()
      const world = yield* opened(yield* place, gate)
      yield* world.say(PHONE, "plan")
      yield* Deferred.await(gate.asked)
      const before = yield* world.living
      expect(before.toSorted()).toEqual([`conversation:${PHONE}`, `user:${PHONE}`])
      expect(yield* world.system.forget(me)).toBe(before.length + 2)
      yield* Deferred.await(gate.interrupted)
      yield* Deferred.succeed(gate.open, undefined)
      yield* TestClock.adjust("1 minute")
      expect(yield* world.living).toEqual([])
      expect(yield* world.store.listDeadLetters(10)).toEqual([])
      yield* world.nothingOf(PHONE)
    }).pipe(Effect.scoped)
  )

  it.effect("a number that said STOP keeps its block entry and its stopped state, and nothing else", () =>
    Effect.gen(function* () {
      const where = yield* place
      const world = yield* opened(where)
      yield* world.plan(PHONE)
      const pdf = yield* world.recipes(PHONE)
      yield* world.say(PHONE, "STOP")
      const before = yield* world.living
      expect(before).toContain(pdf)
      const state = [`conversation:${PHONE}`, `sms:blocked:${PHONE}`]
      // Everything but the block entry; the conversation's document is written anew.
      expect(yield* world.system.forget(me)).toBe(before.length - 1 + 2)
      expect((yield* world.living).toSorted()).toEqual(state)
      const stopped = { status: "active", value: { consent: "stopped" }, effects: [], timers: [] }
      expect(yield* world.system.inspect(me)).toMatchObject(stopped)
      const stored = (yield* world.store.readDocument(`conversation:${PHONE}`)) ?? "null"
      expect(JSON.parse(stored) as ConversationDocument).toMatchObject({
        status: "idle",
        context: { last_analysis: null, cart_snapshot: null, user_preferences: null, modifications: [] },
        metrics: { message_count: 0, analysis_count: 0 }
      })
      for (const trace of [pdf, "plan meals", "recipes now"]) expect(where.traces(trace)).toEqual([])

      // Once more: its record and its document, which come back again.
      expect(yield* world.system.forget(me)).toBe(2)
      expect((yield* world.living).toSorted()).toEqual(state)
      // Only START lifts it.
      expect(yield* world.say(PHONE, "plan")).toMatchObject({ text: null })
      yield* world.say(PHONE, "START")
      yield* TestClock.adjust("1 second")
      yield* world.system.forget(me)
      expect(yield* world.living).toEqual([])
      yield* world.nothingOf(PHONE)
    }).pipe(Effect.scoped)
  )
})
