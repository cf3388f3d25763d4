/**
 * What this process is made of, as its health page tells it: its version, whether each thing it depends on is a real service
 * or an embedded stand-in, and how its parts are at the moment. The composition root knows and hands it in. Notes must not
 * hold secrets.
 */
import { readFileSync } from "node:fs"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export const Dependency = Schema.Struct({
  name: Schema.String,
  /** `embedded`: part of this process, no other service is asked. `off`: not configured. */
  kind: Schema.Literals(["embedded", "http", "redis", "off"]),
  note: Schema.String
})
export type Dependency = typeof Dependency.Type

/** A part that may be unwell while the rest serves. */
export const Component = Schema.Struct({
  name: Schema.String,
  /** A word of the part's own: `connected`, `silent`, `off`. */
  state: Schema.String,
  /** Why it is so, as a fixed word. */
  reason: Schema.NullOr(Schema.String),
  /** The service counts as degraded because of it. */
  degraded: Schema.Boolean,
  /** Counts and states beneath it. */
  details: Schema.Json
})
export type Component = typeof Component.Type

export class ServiceDescription extends Context.Service<
  ServiceDescription,
  {
    readonly dependencies: ReadonlyArray<Dependency>
    /** Looked at for each health report. */
    readonly components: Effect.Effect<ReadonlyArray<Component>>
  }
>()("app/channels/http/ServiceDescription") {}

const Package = Schema.fromJsonString(Schema.Struct({ version: Schema.String }))

/** The version in package.json. A file that cannot be read stops the start. */
export const version: string = Schema.decodeSync(Package)(
  readFileSync(new URL("../../../package.json", import.meta.url), "utf8")
).version
