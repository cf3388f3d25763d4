/**
 * The store itself and the settings that say how it is kept, for commands that ask no service. The settings are the service's
 * own; a store that is not there is told, and never made.
 */
import { existsSync } from "node:fs"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { sessionPolicy } from "../AnalystConfig.ts"
import { ashPolicy } from "../AshConfig.ts"
import { reportPolicy } from "../ReportConfig.ts"
import { retentionSettings } from "../RetentionConfig.ts"
import { checkStore } from "../Settings.ts"
import * as Store from "../Store.ts"
import { failed } from "./Trouble.ts"

/** What the actors on the store go by. The service says at its start what is strange about it. */
export const settings = Effect.gen(function* () {
  const ash = yield* ashPolicy
  const report = yield* reportPolicy
  const session = yield* sessionPolicy
  return { ash, report, session, retention: yield* retentionSettings(ash, report, session) }
}).pipe(Effect.provideService(References.MinimumLogLevel, "Error"))

const sayWhich = Effect.gen(function* () {
  const store = yield* Store.chosen
  if (store.kind === "redis") {
    const url = Redacted.value(store.url)
    return yield* Console.error(`reading the store: Redis${URL.canParse(url) ? ` at ${new URL(url).host}` : ""}`)
  }
  if (!existsSync(store.file)) {
    return yield* failed(
      `there is no store at ${store.file}. Run this where the service runs, set DATA_DIR or REDIS_URL as it does, or ask it with --url`
    )
  }
  yield* Console.error(`reading the store: SQLite file ${store.file}`)
})

/** An answer first, so that a store that is away is told as what it is. */
const answering = Layer.effectDiscard(Effect.flatMap(ActorStore, (store) => store.ping))

/** The store that the settings name; says on standard error which that is. */
export const store = answering.pipe(
  Layer.provideMerge(Store.layer),
  Layer.provide(Layer.effectDiscard(Effect.andThen(checkStore, sayWhich)))
)
