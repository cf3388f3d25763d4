/**
 * Starts the service: `npm start`. SIGTERM and ctrl-C finish what is under way and exit with 0.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Telemetry from "#channels/http/Telemetry.ts"
import { lookUpIn, provider } from "./Secrets.ts"
import * as Service from "./Service.ts"
import * as Settings from "./Settings.ts"
import { report } from "./StartFailure.ts"
import * as Store from "./Store.ts"
import * as Tuning from "./Tuning.ts"

const service = Service.layer.pipe(
  Layer.provide([Store.layer, Tuning.layer]),
  Layer.provide(Layer.provide(Telemetry.layer, FetchHttpClient.layer))
)

Layer.unwrap(Effect.as(Settings.check, service)).pipe(
  Layer.provide(ConfigProvider.layer(provider(process.env))),
  Layer.launch,
  Effect.tapCause(report(lookUpIn(process.env))),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause) ? 0 : 1)
  })
)
