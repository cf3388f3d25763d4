/**
 * The jobs a conversation invokes, as effect handlers: look the texter up, read their cart, plan their meals, print their
 * recipes. Each may run again after a crash: what it stores is keyed by the call's idempotency key, so a second attempt
 * finds the first one's work. Results are small; the whole analysis and the PDF stay in the store, behind a reference.
 */
import * as Effect from "effect/Effect"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import type { AnalysisSummary, ConversationJobs } from "#domain/MealPlan.ts"
import type { EffectCall, EffectFailed, EffectHandler } from "#runtime/EffectHandler.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { final, storeFailed } from "./Capability.ts"
import { CartSource } from "./cart/CartSource.ts"
import { recipesDueAt } from "./cart/DeliveryDates.ts"
import { UserDirectory } from "./directory/UserDirectory.ts"
import { decodeStored, MealPlanner, type PlannedAnalysis } from "./planner/MealPlanner.ts"
import { makeToken, RECIPE_TTL_MS, recipeLinkKey, recipePdfKey, recipeUrl } from "./recipes/RecipeDocuments.ts"
import { renderRecipePdf } from "./recipes/RecipePdf.ts"
import { ServiceSettings } from "./Settings.ts"

/** What the jobs need; the layers are in `Capabilities.ts`, the store is the runtime's. */
export type JobServices = UserDirectory | CartSource | MealPlanner | ServiceSettings | ActorStore

type Job<Name extends keyof ConversationJobs> = EffectHandler<
  ConversationJobs[Name]["input"],
  ConversationJobs[Name]["output"],
  JobServices
>

/** The summary of a plan, with what the planner wants the person to know. */
export interface SummaryWithNotes extends AnalysisSummary {
  readonly notes?: ReadonlyArray<string>
}

/** Store key of a whole analysis. Owned by the conversation, as all that is written here. */
export const analysisKey = (phone: string, idempotencyKey: string): string =>
  `conversation:${phone}:analysis:${idempotencyKey}`

const readUser: Job<"readUser"> = {
  run: ({ address, params }) => Effect.flatMap(UserDirectory, (directory) => directory.lookUp(params.phone, address)),
  timeout: "20 seconds",
  maxAttempts: 5,
  maxBackoff: "10 seconds"
}

const readCart: Job<"readCart"> = {
  run: ({ params, requestedAt }) => Effect.flatMap(CartSource, (source) => source.read(params.phone, requestedAt)),
  timeout: "60 seconds",
  maxAttempts: 5,
  maxBackoff: "10 seconds"
}

const read = (key: string) =>
  Effect.flatMap(ActorStore, (store) => store.readDocument(key)).pipe(Effect.mapError(storeFailed))

/** Fails with `forgotten` when the conversation was forgotten meanwhile: nobody waits for the outcome any more. */
const write = (
  owner: ActorAddress,
  key: string,
  value: string,
  ttlMs: number = RECIPE_TTL_MS
): Effect.Effect<void, EffectFailed, ActorStore> =>
  Effect.flatMap(ActorStore, (store) => store.writeDocument(owner, key, value, ttlMs)).pipe(
    Effect.mapError(storeFailed),
    Effect.flatMap((written) => (written ? Effect.void : Effect.fail(final("forgotten"))))
  )

/** `null` when there is none; an unreadable one fails with `analysis_unreadable`. */
const readAnalysis = (key: string): Effect.Effect<PlannedAnalysis | null, EffectFailed, ActorStore> =>
  Effect.flatMap(read(key), (stored) =>
    stored === null
      ? Effect.succeed(null)
      : decodeStored(stored).pipe(Effect.mapError(() => final("analysis_unreadable")))
  )

/** The plan to change. One that expired, or that this version cannot read, only means planning afresh. */
const readPrevious = (key: string): Effect.Effect<PlannedAnalysis | null, EffectFailed, ActorStore> =>
  readAnalysis(key).pipe(
    Effect.catch((error) => (error.code === "analysis_unreadable" ? Effect.succeed(null) : Effect.fail(error)))
  )

const planMeals: Job<"planMeals"> = {
  run: Effect.fn("ConversationJobs.planMeals")(function* (call: EffectCall<ConversationJobs["planMeals"]["input"]>) {
    const { phone, cart, preferences, modifications, previous } = call.params
    const { timeZone } = yield* ServiceSettings
    const ref = analysisKey(phone, call.idempotencyKey)
    const done = yield* readAnalysis(ref)
    const plan = Effect.gen(function* () {
      const planner = yield* MealPlanner
      const before = previous === null ? null : yield* readPrevious(previous.ref)
      const made = yield* planner.plan({ cart, preferences, modifications, previous: before })
      const wait = Math.max(0, recipesDueAt(made.delivery_date, timeZone) - call.requestedAt)
      yield* write(call.address, ref, JSON.stringify(made), wait + RECIPE_TTL_MS)
      return made
    })
    const analysis = done ?? (yield* plan)
    const summary: SummaryWithNotes = {
      ref,
      meals: analysis.meals.map(({ day, title }) => ({ day, title })),
      delivery_date: analysis.delivery_date,
      recipes_due_at: recipesDueAt(analysis.delivery_date, timeZone),
      ...(analysis.notes.length === 0 ? {} : { notes: analysis.notes })
    }
    return summary
  }),
  timeout: "90 seconds",
  maxAttempts: 4,
  maxBackoff: "30 seconds"
}

const makeRecipes: Job<"makeRecipes"> = {
  run: Effect.fn("ConversationJobs.makeRecipes")(function* (
    call: EffectCall<ConversationJobs["makeRecipes"]["input"]>
  ) {
    const { publicUrl } = yield* ServiceSettings
    const link = recipeLinkKey(call.idempotencyKey)
    const made = yield* read(link)
    if (made !== null) return { url: recipeUrl(publicUrl, made) }
    const analysis = yield* readAnalysis(call.params.analysis.ref)
    if (analysis === null) return yield* Effect.fail(final("analysis_missing"))
    const pdf = yield* renderRecipePdf(analysis, { at: call.requestedAt })
    const token = yield* makeToken
    yield* write(call.address, recipePdfKey(token), Buffer.from(pdf).toString("base64"))
    yield* write(call.address, link, token)
    return { url: recipeUrl(publicUrl, token) }
  }),
  timeout: "30 seconds",
  maxAttempts: 6,
  maxBackoff: "30 seconds"
}

/**
 * Handlers by invoke `src`. **Delivery**: at least once, harmless when repeated. **Crash**: a plan or PDF stored before
 * the crash is found by its key and not made again. **Fails with**: the capabilities' codes; `store_unavailable` (worth
 * another try); `analysis_missing` when the analysis expired, `analysis_unreadable`, `forgotten` (all final).
 */
export const conversationJobs: { readonly [Name in keyof ConversationJobs]: Job<Name> } = {
  readUser,
  readCart,
  planMeals,
  makeRecipes
}
