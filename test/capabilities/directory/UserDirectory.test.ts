/** The user directory: whose record it gives, whose it refuses, and where it sends strangers. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { guestKey, layerEmbedded } from "#capabilities/directory/EmbeddedUserDirectory.ts"
import { layerHttp } from "#capabilities/directory/HttpUserDirectory.ts"
import { UserDirectory } from "#capabilities/directory/UserDirectory.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { KEYS, supabaseStandIn, type StandIn } from "#test/harness/CapabilityStandIns.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { environment, failure, memoryStore, OWNER, PHONE, printed } from "../Under.ts"

const directory = (server: StandIn, more: Readonly<Record<string, string>> = {}) =>
  layerHttp.pipe(
    Layer.provide(
      environment({
        USER_DIRECTORY_URL: server.url,
        USER_DIRECTORY_KEY: KEYS.directory,
        ONBOARDING_URL: "https://example.com/join?from=sms",
        ...more
      })
    )
  )

const lookUp = (phone: string) => Effect.flatMap(UserDirectory, (users) => users.lookUp(phone, OWNER))

const row = (phone: unknown, more: Readonly<Record<string, unknown>> = {}) => ({
  phone_number: phone,
  preferences: { diet: "vegan" },
  ftp_email: "cook@example.com",
  ftp_password_encrypted: "secret",
  ...more
})

describe("HttpUserDirectory", () => {
  for (const stored of [PHONE, "12125551234", "2125551234", 12125551234])
    it.effect(`finds a number stored as ${JSON.stringify(stored)}`, () =>
      Effect.gen(function* () {
        const server = yield* supabaseStandIn([row("+13335550000"), row(stored)])
        const found = yield* lookUp(PHONE).pipe(Effect.provide(directory(server)))
        expect(found).toEqual({ account: "ready", preferences: { diet: "vegan" } })
        expect(server.requests[0]?.query.get("select")).not.toContain("password")
      })
    )

  it.effect("sends strangers to sign up and the unlinked to link, with the number percent-encoded", () =>
    Effect.gen(function* () {
      const server = yield* supabaseStandIn([row("+13335550000", { ftp_email: null })])
      const users = directory(server)
      const url = "https://example.com/join?from=sms&phone="
      expect(yield* lookUp(PHONE).pipe(Effect.provide(users))).toEqual({
        account: "unknown",
        url: `${url}%2B12125551234`
      })
      expect(yield* lookUp("+13335550000").pipe(Effect.provide(users))).toEqual({
        account: "unlinked",
        url: `${url}%2B13335550000`
      })
    })
  )

  it.effect("reads absent preferences as none", () =>
    Effect.gen(function* () {
      const server = yield* supabaseStandIn([row(PHONE, { preferences: null })])
      expect(yield* lookUp(PHONE).pipe(Effect.provide(directory(server)))).toEqual({
        account: "ready",
        preferences: {}
      })
    })
  )

  it.effect("asks the table and columns it is told to", () =>
    Effect.gen(function* () {
      const rows = [{ mobile: PHONE, tastes: { likes: ["kale"] }, linked: true }]
      const server = yield* supabaseStandIn(rows, { table: "people", phone: "mobile" })
      const users = directory(server, {
        USER_DIRECTORY_TABLE: "people",
        USER_DIRECTORY_PHONE_COLUMN: "mobile",
        USER_DIRECTORY_PREFERENCES_COLUMN: "tastes",
        USER_DIRECTORY_LINKED_COLUMN: "linked"
      })
      expect(yield* lookUp(PHONE).pipe(Effect.provide(users))).toEqual({
        account: "ready",
        preferences: { likes: ["kale"] }
      })
    })
  )

  it.effect("never gives one person's record to another, whatever the server answers", () =>
    Effect.gen(function* () {
      const server = yield* supabaseStandIn([])
      const users = directory(server)
      const other = { phone: "+12125559999", preferences: {}, linked: "x" }
      const mine = { phone: PHONE, preferences: {}, linked: "x" }
      server.next({ body: [other] }, { body: [mine, other] }, { body: [mine, { ...mine, phone: "12125551234" }] })
      expect(yield* failure(lookUp(PHONE)).pipe(Effect.provide(users))).toEqual({ code: "wrong_row", retry: false })
      expect(yield* failure(lookUp(PHONE)).pipe(Effect.provide(users))).toEqual({ code: "wrong_row", retry: false })
      expect(yield* failure(lookUp(PHONE)).pipe(Effect.provide(users))).toEqual({
        code: "ambiguous_rows",
        retry: false
      })
    })
  )

  it.effect("does not take a foreign number's digits for an American number", () =>
    Effect.gen(function* () {
      const server = yield* supabaseStandIn([row("2079460958"), row("4512345678")])
      const users = directory(server)
      expect(yield* lookUp("+442079460958").pipe(Effect.provide(users))).toMatchObject({ account: "unknown" })
      expect(yield* lookUp("+4512345678").pipe(Effect.provide(users))).toMatchObject({ account: "unknown" })
    })
  )

  it.effect("refuses what is no number before anything is sent", () =>
    Effect.gen(function* () {
      const server = yield* supabaseStandIn([])
      const asked = failure(lookUp('+1212555") or ("'))
      expect(yield* asked.pipe(Effect.provide(directory(server)))).toEqual({ code: "bad_phone", retry: false })
      expect(server.requests).toHaveLength(0)
    })
  )

  it.effect("keeps number, key and answer out of whatever a failure prints", () =>
    Effect.gen(function* () {
      const server = yield* supabaseStandIn([])
      server.next(
        { status: 500, body: "secret-words" },
        { body: [{ phone: "secret-words" }] },
        { body: "secret-words" }
      )
      const users = directory(server)
      for (let answer = 0; answer < 3; answer++) {
        const text = yield* printed(lookUp(PHONE)).pipe(Effect.provide(users))
        expect(text).toMatch(/server_error|bad_answer/)
        for (const secret of ["2125551234", KEYS.directory, "secret-words", "127.0.0.1"])
          expect(text).not.toContain(secret)
      }
    })
  )

  it.effect("does not start without its key or with a table that is no name", () =>
    Effect.gen(function* () {
      const variables = { USER_DIRECTORY_URL: "http://127.0.0.1:1", ONBOARDING_URL: "https://example.com" }
      const start = (more: Readonly<Record<string, string>>) =>
        printed(
          lookUp(PHONE).pipe(Effect.provide(layerHttp.pipe(Layer.provide(environment({ ...variables, ...more })))))
        )
      expect(yield* start({})).toContain("USER_DIRECTORY_KEY")
      expect(yield* start({ USER_DIRECTORY_KEY: "k", USER_DIRECTORY_TABLE: "users?x" })).toContain(
        "USER_DIRECTORY_TABLE"
      )
    })
  )
})

describe("EmbeddedUserDirectory", () => {
  const users = layerEmbedded.pipe(Layer.provideMerge(memoryStore))

  it.effect("welcomes a stranger as a guest, and keeps what an operator writes", () =>
    Effect.gen(function* () {
      const store = yield* ActorStore
      expect(yield* lookUp(PHONE)).toEqual({ account: "ready", preferences: {} })
      expect(yield* store.readDocument(guestKey(PHONE))).toBe(JSON.stringify({ phone: PHONE, preferences: {} }))
      yield* store.writeDocument(
        OWNER,
        guestKey(PHONE),
        JSON.stringify({ phone: PHONE, preferences: { diet: "vegan" } }),
        null
      )
      expect(yield* lookUp(PHONE)).toEqual({ account: "ready", preferences: { diet: "vegan" } })
    }).pipe(Effect.provide(users))
  )

  it.effect("refuses a document that names another number or cannot be read", () =>
    Effect.gen(function* () {
      const store = yield* ActorStore
      yield* store.writeDocument(
        OWNER,
        guestKey(PHONE),
        JSON.stringify({ phone: "+12125559999", preferences: {} }),
        null
      )
      expect(yield* failure(lookUp(PHONE))).toEqual({ code: "wrong_row", retry: false })
      yield* store.writeDocument(OWNER, guestKey(PHONE), "{", null)
      expect(yield* failure(lookUp(PHONE))).toEqual({ code: "user_unreadable", retry: false })
    }).pipe(Effect.provide(users))
  )
})
