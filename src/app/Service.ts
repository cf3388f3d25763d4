/**
 * The service put together: which actors run, what their effects call, which routes answer. Needs an `ActorStore`; all
 * else comes from the configuration. This and `main.ts` are the only files that know every part.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import { describeCapabilities, layerConfig as capabilities } from "#capabilities/Capabilities.ts"
import type { CartSource } from "#capabilities/cart/CartSource.ts"
import { conversationJobs } from "#capabilities/ConversationJobs.ts"
import type { UserDirectory } from "#capabilities/directory/UserDirectory.ts"
import type { MealPlanner } from "#capabilities/planner/MealPlanner.ts"
import { readRecipePdf } from "#capabilities/recipes/RecipeDocuments.ts"
import type { ServiceSettings } from "#capabilities/Settings.ts"
import { adminRoutes } from "#channels/http/AdminRoutes.ts"
import { documentationRoutes } from "#channels/http/Documentation.ts"
import * as HttpServer from "#channels/http/HttpServer.ts"
import { RecipeFiles } from "#channels/http/RecipeFiles.ts"
import { type Dependency, ServiceDescription } from "#channels/http/ServiceDescription.ts"
import { serviceRoutes } from "#channels/http/ServiceRoutes.ts"
import { checkBind } from "#channels/sms/Loopback.ts"
import { sendSmsHandler } from "#channels/sms/SendSms.ts"
import { SmsProvider } from "#channels/sms/SmsProvider.ts"
import { SmsRoutes } from "#channels/sms/Webhook.ts"
import { registryWith } from "#machines/registry.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"

/**
 * How the service words its texts. Real texters must be given a contact and links that lead here, so with a real provider
 * `PUBLIC_URL` is needed.
 */
const conversationSettings = Effect.gen(function* () {
  const { name } = yield* SmsProvider
  const configured = Config.NonEmptyString("PUBLIC_URL")
  const publicUrl = yield* name === "local" ? configured.pipe(Config.withDefault("help@example.com")) : configured
  return yield* Config.all({
    support: Config.NonEmptyString("SUPPORT_CONTACT").pipe(Config.withDefault(publicUrl)),
    style: Config.Literals(["plain", "emoji"], "SMS_STYLE").pipe(Config.withDefault("plain" as const))
  })
})

type HandlerNeeds = ActorStore | UserDirectory | CartSource | MealPlanner | ServiceSettings

const actorSystem = Layer.unwrap(
  Effect.gen(function* () {
    const conversation = yield* conversationSettings
    const sendSms = yield* sendSmsHandler
    return ActorRuntime.layer<HandlerNeeds>({
      actors: registryWith({ conversation }),
      handlers: { conversation: { ...conversationJobs, sendSms } }
    })
  })
)

const recipeFiles = Layer.effect(
  RecipeFiles,
  Effect.map(ActorStore, (store) => ({
    read: (token: string) => Effect.provideService(readRecipePdf(token), ActorStore, store)
  }))
)

/** Says at start and in health what each dependency is, so that nobody takes a sample for the real thing. */
const description = Layer.effect(
  ServiceDescription,
  Effect.gen(function* () {
    const store = yield* ActorStore
    const sms = yield* SmsProvider
    const { host } = yield* HttpServer.bind
    yield* checkBind(sms.name, host)
    const described = yield* describeCapabilities
    const dependencies: ReadonlyArray<Dependency> = [
      store.kind === "redis"
        ? { name: "store", kind: "redis", note: "Redis" }
        : { name: "store", kind: "embedded", note: `${store.kind}, in this process` },
      sms.name === "local"
        ? { name: "sms", kind: "embedded", note: "local: unsigned, loopback only, reaches no real phone" }
        : { name: "sms", kind: "http", note: sms.name },
      { name: "userDirectory", ...described.userDirectory },
      { name: "cartSource", ...described.cartSource },
      { name: "mealPlanner", ...described.mealPlanner }
    ]
    for (const { name, kind, note } of dependencies) yield* Effect.logInfo(`${name}: ${kind} (${note})`)
    return { dependencies }
  })
)

const routes = Layer.mergeAll(SmsRoutes, serviceRoutes, adminRoutes, documentationRoutes)

export const layer = HttpServer.serve(routes).pipe(
  Layer.provide([actorSystem, recipeFiles, description]),
  Layer.provide(SmsProvider.layerConfig),
  Layer.provide(capabilities),
  Layer.provide(FetchHttpClient.layer)
)
