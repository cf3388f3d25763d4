import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as ServeError from "effect/http/HttpServerError"
import { describe, expect, it } from "vitest"
import { lookUpIn, provider } from "#app/Secrets.ts"
import { lineOf } from "#app/StartFailure.ts"
import { checkBind } from "#channels/sms/Loopback.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"

const failureOf = (config: Config.Config<unknown>, env: Record<string, string>) => {
  const error = Effect.runSync(Effect.flip(config.parse(provider(env))))
  return lineOf(error, lookUpIn(env))
}

describe("why the service does not start", () => {
  it("names the setting, the rule and that nothing was found", () => {
    expect(failureOf(Config.NonEmptyString("TWILIO_FROM"), { SECRETS_DIR: "/nowhere" })).toMatch(
      /^TWILIO_FROM: .+; it is not set$/
    )
  })

  it("names the kind of a value and never the value", () => {
    const line = failureOf(Config.Int("PORT"), { PORT: "swordfish" })
    expect(line).toMatch(/^PORT: .+; it is text$/)
    expect(line).not.toContain("swordfish")
    expect(failureOf(Config.Port("PORT"), { PORT: "99999" })).toMatch(/^PORT: .+; it is a number$/)
  })

  it("names the setting whose file cannot be read", () => {
    expect(failureOf(Config.String("ADMIN_TOKEN"), { ADMIN_TOKEN_FILE: "/nowhere/at/all" })).toMatch(
      /^ADMIN_TOKEN: .+ cannot be read$/
    )
  })

  it("gives a store's reason, a taken address and an exposed local provider on one line", () => {
    const lookUp = lookUpIn({})
    expect(
      lineOf(new StoreUnavailable({ store: "redis", operation: "connect", reason: "wrong_password" }), lookUp)
    ).toBe("store redis: wrong_password at connect (see REDIS_URL, REDIS_PASSWORD)")
    const taken = new ServeError.ServeError({ cause: Object.assign(new Error("taken"), { code: "EADDRINUSE" }) })
    expect(lineOf(taken, lookUp)).toBe("HOST, PORT: cannot listen there: EADDRINUSE")
    expect(lineOf(Effect.runSync(Effect.flip(checkBind("local", "0.0.0.0"))), lookUp)).toMatch(/^HOST: /)
  })

  it("leaves a programming error to its stack", () => {
    expect(lineOf(new TypeError("no"), lookUpIn({}))).toBeUndefined()
  })
})
