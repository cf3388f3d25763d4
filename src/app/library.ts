/**
 * The runtime as a library, imported as `tardigrade`: plain XState machines in, durable actors out. The service beside it
 * is built from nothing else, plus its channels and capabilities.
 */
export { address } from "#domain/ActorAddress.ts"
export type { ActorDefinition, ActorView, LatePolicy, Migration, TellParams } from "#domain/ActorDefinition.ts"
export type { ActorEvent, Priority } from "#domain/Envelope.ts"
export type { Projection } from "#domain/Projection.ts"
export { MachineRefused } from "#kernel/RegisteredActor.ts"
export { layer as actorSystem, type RuntimeOptions } from "#runtime/ActorRuntime.ts"
export { ActorSystem, type Inspection, type TellOptions } from "#runtime/ActorSystem.ts"
export { type EffectCall, EffectFailed, type EffectHandler, type EffectHandlers } from "#runtime/EffectHandler.ts"
export { ActorStore } from "#runtime/ports/ActorStore.ts"
export { layer as runtimeConfig, type RuntimeConfigService } from "#runtime/RuntimeConfig.ts"
export type { TurnRefused } from "#runtime/RuntimeError.ts"
export { layer as memoryStore } from "#stores/memory/MemoryStore.ts"
export { layer as redisStore, type RedisStoreOptions } from "#stores/redis/RedisStore.ts"
export { layer as sqliteStore, type SqliteStoreOptions } from "#stores/sqlite/SqliteStore.ts"
