/**
 * The service as `src/app/main.ts` composes it, saying everything it ever says: no log line is held back. An entry of its
 * own, so that what is printed can be looked through for what must not be there.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as ConfigProvider from "effect/ConfigProvider"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import { provider } from "#app/Secrets.ts"
import * as Service from "#app/Service.ts"
import * as Store from "#app/Store.ts"
import * as Tuning from "#app/Tuning.ts"
import * as Telemetry from "#channels/http/Telemetry.ts"

Service.layer.pipe(
  Layer.provide([Store.layer, Tuning.layer]),
  Layer.provide(Layer.provide(Telemetry.layer, FetchHttpClient.layer)),
  Layer.provide(ConfigProvider.layer(provider(process.env))),
  Layer.provide(Layer.succeed(References.MinimumLogLevel, "All")),
  Layer.launch,
  NodeRuntime.runMain()
)
