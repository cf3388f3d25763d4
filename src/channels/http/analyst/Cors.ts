/**
 * Which pages may ask from a browser: those of `ANALYST_CORS_ORIGINS`, none by default. Bound to the questions only; a
 * preflight is answered with the documented `{"status":"ok"}`.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import { type Rule, setting } from "#runtime/SettingRules.ts"

const isOrigin = (text: string): boolean => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text

const origins: Rule<ReadonlyArray<string>> = {
  allowed: "origins such as https://example.com, separated by commas",
  shown: false,
  read: (text) => {
    const given = text.split(",").map((origin) => origin.trim())
    return given.every(isOrigin) ? given : undefined
  }
}

/** Origins of pages that may ask. */
export const corsOrigins = setting("ANALYST_CORS_ORIGINS", origins).pipe(Config.withDefault<ReadonlyArray<string>>([]))

const PREFLIGHT_S = 600

/** For the routes it is provided to. */
export const cors = (allowed: ReadonlyArray<string>) => {
  const withHeaders = HttpMiddleware.cors({
    allowedOrigins: (origin) => allowed.includes(origin),
    allowedMethods: ["POST", "OPTIONS"],
    allowedHeaders: ["content-type", "accept", "authorization", "idempotency-key"],
    exposedHeaders: ["session-kept"],
    maxAge: PREFLIGHT_S
  })
  if (allowed.length === 0) return Layer.empty
  return HttpRouter.middleware(
    HttpMiddleware.make((route) =>
      Effect.gen(function* () {
        const { method } = yield* HttpServerRequest.HttpServerRequest
        const response = yield* withHeaders(route)
        if (method !== "OPTIONS") return response
        return HttpServerResponse.jsonUnsafe({ status: "ok" }, { headers: response.headers })
      })
    )
  ).layer
}
