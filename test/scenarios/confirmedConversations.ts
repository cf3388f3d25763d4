/**
 * Conversations whose recipes are due at a moment of the test's choosing. The real runtime on a store in memory makes one,
 * the real codec has written its record; copies for other phones are committed to the store under test as the runtime would
 * commit them.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { address } from "#domain/ActorAddress.ts"
import type { AnalysisSummary } from "#domain/MealPlan.ts"
import type { ActorRecord } from "#kernel/ActorRecord.ts"
import type { ConversationDocument } from "#machines/conversation/schema.ts"
import { registry } from "#machines/registry.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { ActorStore, type ActorStoreService, type Commit } from "#runtime/ports/ActorStore.ts"
import * as MemoryStore from "#stores/memory/MemoryStore.ts"

const SOUP = { day: "Monday", title: "Carrot Soup" } as const
const TEMPLATE = "+12025550199"
const TTL_MS = 7_200_000

const REF = `conversation:${TEMPLATE}:analysis:00000000000000000000000000000000`

const ANALYSIS = JSON.stringify({
  meals: [{ ...SOUP, servings: 2, minutes: 20, ingredients: ["4 carrots"], steps: ["Cook them."] }],
  delivery_date: "2030-01-03",
  planner: "scenario",
  notes: [],
  changes: [],
  also_in_box: []
})

const handlers = (recipes_due_at: number) => {
  const summary: AnalysisSummary = { ref: REF, meals: [SOUP], delivery_date: "2030-01-03", recipes_due_at }
  const cart = {
    items: [{ name: "carrots", quantity: 4, unit: "each" }],
    delivery_date: "2030-01-03",
    source: "scenario"
  }
  return {
    readUser: { run: () => Effect.succeed({ account: "ready", preferences: {} }) },
    readCart: { run: () => Effect.succeed(cart) },
    planMeals: { run: () => Effect.succeed(summary) },
    sendSms: { run: () => Effect.succeed({ messageIds: ["SM0"] }) }
  }
}

/** Far enough for the timer to wait while the conversation is made. */
const LATER_MS = 3600_000

/** One confirmed conversation, as the runtime stores it, but for the moment its timer is due. */
const template = (dueAt: number) =>
  Effect.gen(function* () {
    const system = yield* ActorSystem
    const store = yield* ActorStore
    const to = address("conversation", TEMPLATE)
    const text = (body: string) => {
      const event = { type: "MESSAGE_RECEIVED", text: body, messageId: body, at: Date.now(), replyVia: "answer" }
      return Effect.andThen(system.ask(to, event, { id: body }), system.drained)
    }
    yield* text("plan")
    yield* text("yes")
    const stored = yield* store.load(to)
    const document = yield* store.readDocument(`conversation:${TEMPLATE}`)
    if (stored === null || document === null) return yield* Effect.die(new Error("nothing was stored"))
    const { status } = JSON.parse(document) as ConversationDocument
    if (status !== "confirmed") return yield* Effect.die(new Error(`the conversation is in ${status}`))
    const record = JSON.parse(stored.record) as ActorRecord
    const timers = record.timers.map((timer) => ({ ...timer, dueAt }))
    if (timers.length !== 1) return yield* Effect.die(new Error(`the conversation has ${timers.length} timers`))
    return { stored: { ...stored, record: JSON.stringify({ ...record, timers }) }, document }
  }).pipe(
    Effect.provide(
      ActorRuntime.layer({ actors: registry, handlers: { conversation: handlers(Date.now() + LATER_MS) } }).pipe(
        Layer.provideMerge(MemoryStore.layer)
      )
    )
  )

/** Stores confirmed conversations for these phones, whose recipes go out by themselves at `dueAt` (epoch milliseconds). */
export const confirm = (
  store: ActorStoreService,
  phones: ReadonlyArray<string>,
  dueAt: number
): Promise<ReadonlyArray<string>> =>
  Effect.gen(function* () {
    const { stored, document } = yield* template(dueAt)
    const commits = phones.map((phone): Commit => {
      const of = (text: string) => text.replaceAll(TEMPLATE, phone)
      const put = (key: string, value: string) =>
        ({ op: "put", key: of(key), value: of(value), ttlMs: TTL_MS }) as const
      return {
        address: address("conversation", phone),
        expected: null,
        next: { ...stored.stamp, record: of(stored.record), ttlMs: Math.max(0, dueAt - Date.now()) + TTL_MS },
        wakeAt: dueAt,
        mark: null,
        projections: [put(`conversation:${TEMPLATE}`, document), put(REF, ANALYSIS)],
        deadLetters: []
      }
    })
    for (let first = 0; first < commits.length; first += 128) {
      const results = yield* store.commit(commits.slice(first, first + 128))
      if (results.some(({ _tag }) => _tag !== "Committed")) return yield* Effect.die(new Error("not committed"))
    }
    return phones
  }).pipe(Effect.runPromise)
