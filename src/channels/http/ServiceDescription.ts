/**
 * What this process is made of, as its health page tells it: its version, and whether each thing it depends on is a real
 * service or an embedded stand-in. The composition root knows and hands it in. Notes must not hold secrets.
 */
import { readFileSync } from "node:fs"
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"

export const Dependency = Schema.Struct({
  name: Schema.String,
  /** `embedded`: part of this process, no other service is asked. */
  kind: Schema.Literals(["embedded", "http", "redis"]),
  note: Schema.String
})
export type Dependency = typeof Dependency.Type

export class ServiceDescription extends Context.Service<
  ServiceDescription,
  { readonly dependencies: ReadonlyArray<Dependency> }
>()("app/channels/http/ServiceDescription") {}

const Package = Schema.fromJsonString(Schema.Struct({ version: Schema.String }))

/** The version in package.json. A file that cannot be read stops the start. */
export const version: string = Schema.decodeSync(Package)(
  readFileSync(new URL("../../../package.json", import.meta.url), "utf8")
).version
