/** What an operator reads when the service does not start: every setting that is wrong, and never a secret. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as ServeError from "effect/http/HttpServerError"
import { describe, expect, it } from "vitest"
import { lookUpIn, provider } from "#app/Secrets.ts"
import { linesOf } from "#app/StartFailure.ts"
import { checkBind } from "#channels/sms/LocalBind.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { httpAddresses, setting, whole } from "#runtime/SettingRules.ts"
import { tardigrade } from "#test/harness/CommandLine.ts"
import { startService } from "#test/harness/ServiceProcess.ts"

const failureOf = (config: Config.Config<unknown>, env: Record<string, string>) => {
  const error = Effect.runSync(Effect.flip(config.parse(provider(env))))
  return linesOf(error, lookUpIn(env))
}

describe("why the service does not start", () => {
  it("names the setting and that nothing was found", () => {
    expect(failureOf(Config.NonEmptyString("TWILIO_FROM"), { SECRETS_DIR: "/nowhere" })).toEqual([
      "TWILIO_FROM is needed and is not set"
    ])
  })

  it.each([
    ["99999", "99999"],
    [" 80.5", " 80.5"],
    ["http", "http"],
    ["  ", "blank"],
    ["MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ", "text (not shown)"],
    ["0".repeat(21), "a number (not shown)"],
    ["\u001b[31m", "text (not shown)"]
  ])("repeats a number or a word, and nothing that may be more than that: %j", (PORT, shown) => {
    expect(failureOf(whole("PORT", 1, 65_535, 3000), { PORT })).toEqual([
      `PORT is ${shown}; allowed are whole numbers from 1 to 65535`
    ])
  })

  it("repeats no address, which may hold a password", () => {
    const lines = failureOf(setting("PUBLIC_URL", httpAddresses), { PUBLIC_URL: "https://me:swordfish@example.org" })
    expect(lines).toEqual(["PUBLIC_URL is text (not shown); allowed are http and https addresses without credentials"])
  })

  it("names the setting whose file cannot be read", () => {
    expect(failureOf(Config.String("ADMIN_TOKEN"), { ADMIN_TOKEN_FILE: "/nowhere/at/all" })).toEqual([
      expect.stringMatching(/^ADMIN_TOKEN: .+ cannot be read$/)
    ])
  })

  it("gives a store's reason, a taken address and an exposed local provider on one line", () => {
    const lookUp = lookUpIn({})
    expect(
      linesOf(new StoreUnavailable({ store: "redis", operation: "connect", reason: "wrong_password" }), lookUp)
    ).toEqual(["store redis: wrong_password at connect (see REDIS_URL, REDIS_PASSWORD)"])
    const taken = new ServeError.ServeError({ cause: Object.assign(new Error("taken"), { code: "EADDRINUSE" }) })
    expect(linesOf(taken, lookUp)).toEqual(["HOST, PORT: cannot listen there: EADDRINUSE"])
    expect(linesOf(Effect.runSync(Effect.flip(checkBind("local", "0.0.0.0"))), lookUp)).toEqual([
      expect.stringMatching(/^HOST: /)
    ])
  })

  it("leaves a programming error to its stack", () => {
    expect(linesOf(new TypeError("no"), lookUpIn({}))).toEqual([])
  })
})

/** One wrong setting of every part. */
const WRONG = {
  ACTOR_POLL_INTERVAL: "0 seconds",
  BOT_ALERT_COOLDOWN: "-1",
  BOT_HISTORY_TTL_DAYS: "366",
  BOT_NLP_BASE_URL: "http://nlp.example",
  BOT_NLP_RETRIES: "6",
  BOT_RETENTION_CLEANUP_HOUR: "31",
  BOT_RETENTION_SESSION_DATA_DAYS: "91",
  BOT_SENSITIVITY_DEFAULT: "9",
  BOT_WEEKLY_REPORT_DAY: "caturday",
  CART_SOURCE_TIMEOUT: "soon",
  CART_SOURCE_URL: "http://cart.example",
  DISCORD_CATCH_UP_MAX: "0",
  DISCORD_SHARDS: "many",
  HTTP_MAX_CONNECTIONS: "1e9",
  OTEL_SDK_DISABLED: "maybe",
  PLANNER_KIND: "oracle",
  REDIS_WAIT_REPLICAS: "101",
  SMS_MESSAGES_PER_SECOND: "0",
  SMS_PROVIDER: "twilio",
  SMS_STYLE: "loud",
  TWILIO_AUTH_TOKEN: "swordfish",
  TWILIO_FROM: "+15550100",
  TWILIO_API_BASE_URL: "https://swordfish"
}

const EXPECTED = [
  "ACTOR_POLL_INTERVAL is 0 seconds; allowed are durations from 1ms to 365d, written as 10 seconds or 500 millis",
  "BOT_ALERT_COOLDOWN is -1; allowed are whole numbers from 0 to 3600",
  "BOT_HISTORY_TTL_DAYS is 366; allowed are whole numbers from 1 to 365",
  "BOT_NLP_RETRIES is 6; allowed are whole numbers from 0 to 5",
  "BOT_RETENTION_CLEANUP_HOUR is 31; allowed are whole numbers from 0 to 23",
  "BOT_RETENTION_SESSION_DATA_DAYS is 91; allowed are whole numbers from 7 to 90",
  "BOT_SENSITIVITY_DEFAULT is 9; allowed are numbers from 0.1 to 3",
  "BOT_WEEKLY_REPORT_DAY is caturday; allowed are sunday, monday, tuesday, wednesday, thursday, friday, saturday",
  "CART_SOURCE_TIMEOUT is soon; allowed are durations from 1ms to 1d, written as 10 seconds or 500 millis",
  "CART_SOURCE_TOKEN is needed and is not set",
  "DISCORD_CATCH_UP_MAX is 0; allowed are whole numbers from 1 to 100000",
  "DISCORD_SHARDS is many; allowed are whole numbers from 1 to 10000",
  "HTTP_MAX_CONNECTIONS is 1e9; allowed are whole numbers from 1 to 1000000",
  "OTEL_SDK_DISABLED is maybe; allowed are true, yes, on, 1, y, false, no, off, 0, n",
  "PLANNER_KIND is oracle; allowed are embedded, openai, anthropic",
  "PUBLIC_URL is needed and is not set",
  "REDIS_WAIT_REPLICAS is 101; allowed are whole numbers from 0 to 100",
  "SMS_MESSAGES_PER_SECOND is 0; allowed are whole numbers from 1 to 1000",
  "SMS_STYLE is loud; allowed are plain, emoji",
  "TWILIO_ACCOUNT_SID is needed and is not set"
]

describe("a setting", () => {
  const root = fileURLToPath(new URL("../../src", import.meta.url))
  const sources = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"))

  it("that is a number, a switch, a word or a shape of its own is read by a rule, wherever that is", () => {
    expect(sources.length).toBeGreaterThan(300)
    const past = /\bConfig\.(?:Int|Number|Finite|Port|Boolean|Literals?|Duration|ByteSize|URL|Date|LogLevel|schema)\(/
    expect(sources.filter((name) => past.test(readFileSync(join(root, name), "utf8")))).toEqual([])
  })
})

describe("settings that are wrong", () => {
  it("are told all at once, by the process itself", { timeout: 60_000 }, async () => {
    const output = await startService({ ...WRONG, SECRETS_DIR: "/nowhere" }).then(
      () => "it started",
      (error: Error) => error.message
    )
    const lines = [...output.matchAll(/cannot start: (.*)$/gm)].map(([, line]) => line).toSorted()
    expect(lines).toEqual(EXPECTED)
    expect(output).not.toContain("swordfish")
    expect(output).not.toContain("5550100")
  })

  it("are told to who calls the command line, as far as it goes by them", { timeout: 60_000 }, async () => {
    const { BOT_ALERT_COOLDOWN, BOT_RETENTION_CLEANUP_HOUR, SMS_STYLE } = WRONG
    const { code, stderr } = await tardigrade(["stats"], {
      env: { BOT_ALERT_COOLDOWN, BOT_RETENTION_CLEANUP_HOUR, SMS_STYLE }
    })
    expect(code).toBe(1)
    expect(stderr.trim().split("\n")).toEqual([
      "tardigrade: BOT_ALERT_COOLDOWN is -1; allowed are whole numbers from 0 to 3600",
      "tardigrade: BOT_RETENTION_CLEANUP_HOUR is 31; allowed are whole numbers from 0 to 23"
    ])
  })
})
