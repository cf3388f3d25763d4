/**
 * The service as `src/app/main.ts` composes it, over a store that crashes or lies as the environment says. An entry of its
 * own, so that the product carries no hooks for tests.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { provider } from "#app/Secrets.ts"
import * as Service from "#app/Service.ts"
import * as Store from "#app/Store.ts"
import * as Tuning from "#app/Tuning.ts"
import * as CrashingStore from "./CrashingStore.ts"
import * as LyingStore from "./LyingStore.ts"

const store = CrashingStore.layer.pipe(Layer.provide(LyingStore.layer), Layer.provideMerge(Store.layer))

Service.layer.pipe(
  Layer.provide([store, Tuning.layer]),
  Layer.provide(ConfigProvider.layer(provider(process.env))),
  Layer.launch,
  NodeRuntime.runMain({
    teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause) ? 0 : 1)
  })
)
