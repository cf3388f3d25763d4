/**
 * Bearer tokens of the operator's routes, compared in constant time. An absent `ADMIN_TOKEN` leaves those routes out
 * altogether; an absent `METRICS_TOKEN` leaves the metrics open. An empty token counts as absent and never admits anybody.
 */
import { hash, timingSafeEqual } from "node:crypto"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { secrets, setting } from "#runtime/SettingRules.ts"
import { Unauthorized, UnauthorizedResponse } from "./Problems.ts"

const token = (name: string) => Config.option(setting(name, secrets))

/** The operator's token; none = no operator routes. */
export const adminToken = token("ADMIN_TOKEN")
const metricsToken = token("METRICS_TOKEN")

/** Guards the operator's routes. */
export class AdminOnly extends HttpApiMiddleware.Service<AdminOnly>()("app/channels/http/AdminOnly", {
  error: UnauthorizedResponse,
  security: { adminToken: HttpApiSecurity.bearer }
}) {}

/** Guards the metrics, when they have a token. */
export class MetricsReader extends HttpApiMiddleware.Service<MetricsReader>()("app/channels/http/MetricsReader", {
  error: UnauthorizedResponse,
  security: { metricsToken: HttpApiSecurity.bearer }
}) {}

/** Digests first, so that neither length nor a shared beginning shows in the time it takes. */
const same = (given: Redacted.Redacted, expected: Redacted.Redacted): boolean =>
  timingSafeEqual(hash("sha256", Redacted.value(given), "buffer"), hash("sha256", Redacted.value(expected), "buffer"))

const guard =
  (expected: Redacted.Redacted) =>
  <A, E, R>(route: Effect.Effect<A, E, R>, { credential }: { readonly credential: Redacted.Redacted }) =>
    same(credential, expected) ? route : Effect.fail(new Unauthorized({}))

/** Admits the holder of this token. */
export const adminOnly = (expected: Redacted.Redacted): Layer.Layer<AdminOnly> =>
  Layer.succeed(AdminOnly, { adminToken: guard(expected) })

export const metricsReader: Layer.Layer<MetricsReader, Config.ConfigError> = Layer.effect(
  MetricsReader,
  Effect.map(metricsToken, (expected) => ({
    metricsToken: Option.isSome(expected) ? guard(expected.value) : (route) => route
  }))
)
