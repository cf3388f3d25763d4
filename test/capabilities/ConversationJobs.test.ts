/** The jobs as the runtime runs them: through the store, again after a crash, and when what they need is gone. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { AnalysisSummary, ConversationJobs, Modification } from "#domain/MealPlan.ts"
import { describeCapabilities, layerConfig } from "#capabilities/Capabilities.ts"
import { analysisKey, conversationJobs } from "#capabilities/ConversationJobs.ts"
import { guestKey } from "#capabilities/directory/EmbeddedUserDirectory.ts"
import { MealPlanner, type PlannedAnalysis, type PlanRequest } from "#capabilities/planner/MealPlanner.ts"
import { readRecipePdf, RECIPE_TTL_MS, recipeLinkKey, recipePdfKey } from "#capabilities/recipes/RecipeDocuments.ts"
import type { EffectCall } from "#runtime/EffectHandler.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { BOX, skip, swap } from "./planner/Requests.ts"
import { environment, failure, memoryStore, OWNER, PHONE } from "./Under.ts"

const services = (variables: Readonly<Record<string, string>> = {}) =>
  layerConfig.pipe(Layer.provide(environment(variables)), Layer.provideMerge(memoryStore))

const AT = Date.UTC(2026, 10, 20, 15)

const call = <P>(params: P, key = "a".repeat(32)): EffectCall<P> => ({
  params,
  address: OWNER,
  idempotencyKey: key,
  attempt: 1,
  requestedAt: AT,
  emit: () => Effect.void
})

const planning = (
  modifications: ReadonlyArray<Modification> = [],
  previous: AnalysisSummary | null = null
): ConversationJobs["planMeals"]["input"] => ({ phone: PHONE, cart: BOX, preferences: {}, modifications, previous })

const planMeals = (params: ConversationJobs["planMeals"]["input"], key?: string) =>
  conversationJobs.planMeals.run(call(params, key))
const makeRecipes = (analysis: AnalysisSummary, key?: string) =>
  conversationJobs.makeRecipes.run(call({ phone: PHONE, analysis }, key))

const tokenOf = (url: string): string => /\/recipes\/([A-Za-z0-9_-]{22})\.pdf$/.exec(url)?.[1] ?? ""

describe("readUser and readCart", () => {
  it.effect("ask the capabilities for the call's phone and moment", () =>
    Effect.gen(function* () {
      expect(yield* conversationJobs.readUser.run(call({ phone: PHONE }))).toEqual({
        account: "ready",
        preferences: {}
      })
      const cart = yield* conversationJobs.readCart.run(call({ phone: PHONE, preferences: {} }))
      expect(cart).toMatchObject({ source: "sample", delivery_date: "2026-11-26" })
    }).pipe(Effect.provide(services()))
  )
})

describe("planMeals", () => {
  it.effect("stores the whole analysis under its reference and answers the summary", () =>
    Effect.gen(function* () {
      const store = yield* ActorStore
      const summary = yield* planMeals(planning())
      expect(summary).toEqual({
        ref: analysisKey(PHONE, "a".repeat(32)),
        meals: expect.any(Array),
        delivery_date: "2026-11-26",
        recipes_due_at: Date.parse("2026-11-25T15:00:00Z")
      })
      const stored = JSON.parse((yield* store.readDocument(summary.ref)) ?? "null") as PlannedAnalysis
      expect(stored.meals.map(({ day, title }) => ({ day, title }))).toEqual(summary.meals)
      expect(stored.meals[0]?.steps.length).toBeGreaterThan(2)
    }).pipe(Effect.provide(services()))
  )

  it.effect("counts the day before delivery in the service's time zone", () =>
    Effect.gen(function* () {
      const { recipes_due_at } = yield* planMeals(planning())
      expect(new Date(recipes_due_at).toISOString()).toBe("2026-11-25T09:00:00.000Z")
    }).pipe(Effect.provide(services({ SERVICE_TIME_ZONE: "Europe/Berlin" })))
  )

  it.effect("changes the plan it is given, and tells what could not be done", () =>
    Effect.gen(function* () {
      const first = yield* planMeals(planning())
      const changes = [skip("Monday"), swap("unicorn", "kale")]
      const second = yield* planMeals(planning(changes, first), "b".repeat(32))
      expect(second.meals).toEqual(first.meals.slice(1))
      expect(second).toMatchObject({ notes: ['No dinner used "unicorn", so there was nothing to swap for "kale".'] })
      expect(second.ref).not.toBe(first.ref)
    }).pipe(Effect.provide(services()))
  )

  it.effect("plans afresh, with every change, when the plan before is gone or of another version", () =>
    Effect.gen(function* () {
      const store = yield* ActorStore
      const first = yield* planMeals(planning())
      yield* store.writeDocument(OWNER, first.ref, `{"meals":"of long ago"}`, RECIPE_TTL_MS)
      const again = yield* planMeals(planning([skip("Monday")], first), "b".repeat(32))
      expect(again.meals).toEqual(first.meals.slice(1))
      const gone = yield* planMeals(planning([skip("Monday")], { ...first, ref: "gone" }), "c".repeat(32))
      expect(gone.meals).toEqual(first.meals.slice(1))
    }).pipe(Effect.provide(services()))
  )

  it.effect("does not ask the planner again after a crash between planning and telling", () => {
    const asked: Array<PlanRequest> = []
    const counting = Layer.effect(
      MealPlanner,
      Effect.map(MealPlanner, (planner) =>
        MealPlanner.of({
          ...planner,
          plan: (request) => {
            asked.push(request)
            return planner.plan(request)
          }
        })
      )
    ).pipe(Layer.provideMerge(services()))
    return Effect.gen(function* () {
      const first = yield* planMeals(planning())
      expect(yield* planMeals(planning())).toEqual(first)
      expect(asked).toHaveLength(1)
    }).pipe(Effect.provide(counting))
  })

  it.effect("fails for good when nothing fits the person", () =>
    Effect.gen(function* () {
      const params = { ...planning(), preferences: { allergies: "oil, lime" } }
      expect(yield* failure(planMeals(params))).toEqual({ code: "no_recipe_fits", retry: false })
      const unclear = { ...planning(), preferences: { Allergies: ["zibblefruit"] } }
      expect(yield* failure(planMeals(unclear))).toEqual({ code: "allergy_not_understood", retry: false })
    }).pipe(Effect.provide(services()))
  )
})

describe("makeRecipes", () => {
  it.effect("answers an unguessable link to a PDF that can be read", () =>
    Effect.gen(function* () {
      const analysis = yield* planMeals(planning())
      const { url } = yield* makeRecipes(analysis)
      expect(url.startsWith("https://food.example.com/recipes/")).toBe(true)
      const pdf = yield* readRecipePdf(tokenOf(url))
      expect(Buffer.from(pdf?.slice(0, 5) ?? []).toString()).toBe("%PDF-")
      expect(yield* readRecipePdf("A".repeat(22))).toBeNull()
      expect(yield* readRecipePdf("../conversation")).toBeNull()
    }).pipe(Effect.provide(services({ PUBLIC_URL: "https://food.example.com/" })))
  )

  it.effect("links to its own port when nobody says where it is reached", () =>
    Effect.gen(function* () {
      const { url } = yield* makeRecipes(yield* planMeals(planning()))
      expect(url.startsWith("http://localhost:9123/recipes/")).toBe(true)
    }).pipe(Effect.provide(services({ PORT: "9123", PUBLIC_URL: "" })))
  )

  it.effect("answers the same link when it is run again, and another for another call", () =>
    Effect.gen(function* () {
      const analysis = yield* planMeals(planning())
      const first = yield* makeRecipes(analysis)
      expect(yield* makeRecipes(analysis)).toEqual(first)
      expect(yield* makeRecipes(analysis, "b".repeat(32))).not.toEqual(first)
    }).pipe(Effect.provide(services()))
  )

  it.effect("can be run again after dying between PDF and link", () =>
    Effect.gen(function* () {
      const store = yield* ActorStore
      const analysis = yield* planMeals(planning())
      const down = (key: string) => key.startsWith("recipe-link:")
      const broken: ActorStoreService = {
        ...store,
        writeDocument: (owner, key, value, ttlMs) =>
          down(key)
            ? Effect.fail(
                new StoreUnavailable({ store: "memory", operation: "write", reason: "connection", cause: "secret" })
              )
            : store.writeDocument(owner, key, value, ttlMs)
      }
      const died = failure(makeRecipes(analysis)).pipe(Effect.provideService(ActorStore, broken))
      expect(yield* died).toEqual({ code: "store_unavailable", retry: true })
      const { url } = yield* makeRecipes(analysis)
      expect(yield* store.readDocument(recipeLinkKey("a".repeat(32)))).toBe(tokenOf(url))
      expect(yield* readRecipePdf(tokenOf(url))).not.toBeNull()
    }).pipe(Effect.provide(services()))
  )

  it.effect("fails for good when the analysis expired or cannot be read", () =>
    Effect.gen(function* () {
      const store = yield* ActorStore
      const analysis = yield* planMeals(planning())
      const missing = failure(makeRecipes({ ...analysis, ref: "gone" }))
      expect(yield* missing).toEqual({ code: "analysis_missing", retry: false })
      yield* store.writeDocument(OWNER, analysis.ref, "{}", RECIPE_TTL_MS)
      expect(yield* failure(makeRecipes(analysis))).toEqual({ code: "analysis_unreadable", retry: false })
    }).pipe(Effect.provide(services()))
  )

  it.effect(
    "keeps a plan until fourteen days after its recipes are due, the PDF for fourteen days, and nothing for ever",
    () =>
      Effect.gen(function* () {
        const store = yield* ActorStore
        const written = new Map<string, number | null>()
        const watched: ActorStoreService = {
          ...store,
          writeDocument: (owner, key, value, ttlMs) => {
            written.set(key, ttlMs)
            return store.writeDocument(owner, key, value, ttlMs)
          }
        }
        const { url } = yield* Effect.flatMap(planMeals(planning()), (analysis) => makeRecipes(analysis)).pipe(
          Effect.provideService(ActorStore, watched)
        )
        const key = "a".repeat(32)
        expect([...written.keys()]).toEqual([analysisKey(PHONE, key), recipePdfKey(tokenOf(url)), recipeLinkKey(key)])
        const wait = Date.parse("2026-11-25T15:00:00Z") - AT
        expect([...written.values()]).toEqual([wait + RECIPE_TTL_MS, RECIPE_TTL_MS, RECIPE_TTL_MS])
        yield* planMeals({ ...planning(), cart: { ...BOX, delivery_date: "2026-11-01" } }, "b".repeat(32)).pipe(
          Effect.provideService(ActorStore, watched)
        )
        expect(written.get(analysisKey(PHONE, "b".repeat(32)))).toBe(14 * 24 * 3600 * 1000)
      }).pipe(Effect.provide(services()))
  )
})

describe("forgetting the conversation", () => {
  it.effect("takes the guest, the plan, the PDF and its link", () =>
    Effect.gen(function* () {
      const store = yield* ActorStore
      yield* conversationJobs.readUser.run(call({ phone: PHONE }))
      const analysis = yield* planMeals(planning())
      const { url } = yield* makeRecipes(analysis)
      // The record, and four documents.
      expect(yield* store.forget(OWNER, [])).toBe(5)
      for (const key of [guestKey(PHONE), analysis.ref, recipePdfKey(tokenOf(url)), recipeLinkKey("a".repeat(32))]) {
        expect(yield* store.readDocument(key)).toBeNull()
      }
    }).pipe(Effect.provide(services()))
  )

  it.effect("lets a job that is still running write nothing, and not try again", () =>
    Effect.gen(function* () {
      const store = yield* ActorStore
      const analysis = yield* planMeals(planning())
      const meanwhile: ActorStoreService = {
        ...store,
        writeDocument: (owner, key, value, ttlMs) =>
          Effect.andThen(store.forget(owner, []), store.writeDocument(owner, key, value, ttlMs))
      }
      const late = failure(makeRecipes(analysis)).pipe(Effect.provideService(ActorStore, meanwhile))
      expect(yield* late).toEqual({ code: "forgotten", retry: false })
      expect(yield* failure(planMeals(planning()))).toEqual({ code: "forgotten", retry: false })
      expect(yield* store.forget(OWNER, [])).toBe(0)
      expect(yield* conversationJobs.readUser.run(call({ phone: PHONE }))).toMatchObject({ account: "ready" })
      expect(yield* store.readDocument(guestKey(PHONE))).toBeNull()
    }).pipe(Effect.provide(services()))
  )
})

describe("the environment", () => {
  it.effect("decides what serves each capability, and they say so", () =>
    Effect.gen(function* () {
      const kinds = (variables: Readonly<Record<string, string>>) =>
        describeCapabilities.pipe(
          Effect.map((all) => [all.userDirectory.kind, all.cartSource.kind, all.mealPlanner.kind]),
          Effect.provide(services(variables))
        )
      expect(yield* kinds({})).toEqual(["embedded", "embedded", "embedded"])
      expect(yield* kinds({ USER_DIRECTORY_URL: "", CART_SOURCE_URL: " ", PLANNER_KIND: "" })).toEqual([
        "embedded",
        "embedded",
        "embedded"
      ])
      const everything = {
        USER_DIRECTORY_URL: "https://directory.example.com",
        USER_DIRECTORY_KEY: "k",
        ONBOARDING_URL: "https://example.com/join",
        CART_SOURCE_URL: "https://carts.example.com",
        CART_SOURCE_TOKEN: "t",
        PLANNER_KIND: "openai",
        PLANNER_BASE_URL: "https://model.example.com",
        PLANNER_MODEL: "cook-1"
      }
      expect(yield* kinds(everything)).toEqual(["http", "http", "http"])
      const wrong = Effect.flip(kinds({ PLANNER_KIND: "oracle" }))
      expect(String(yield* wrong)).toContain("PLANNER_KIND")
    })
  )
})
