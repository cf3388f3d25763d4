/**
 * Who is asking: a developer, told by their own bearer key. `DEVELOPER_KEYS` (best as a secret file) is a JSON object of
 * users and their keys. For development on this machine only, `DEVELOPER_DEV_AUTH=true` believes the header `X-User-Id` of calls
 * that nothing has forwarded; the start is refused when others could reach the server. Neither set: there are no developers,
 * and no routes.
 */
import { createHmac, hash, randomBytes, timingSafeEqual } from "node:crypto"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { all, flag, type Rule, setting } from "#runtime/SettingRules.ts"
import { isFromHere, isLoopback } from "#channels/Loopback.ts"
import { bind } from "../HttpServer.ts"
import { unauthorized, UnauthorizedResponse } from "./DeveloperProblems.ts"

const SHORTEST_KEY = 24
const LONGEST_KEY = 512

/** Part of actor ids and session ids, so without `:` and `/`. */
const USER = /^[A-Za-z0-9._@-]{1,64}$/

const keysIn = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Record(Schema.String, Schema.String)))

type Keys = ReadonlyArray<readonly [user: string, key: Redacted.Redacted]>

/** A key of two users would make one of them the other. */
const keys: Rule<Keys> = {
  allowed: `JSON objects of users (1-64 of A-Z a-z 0-9 . _ @ -) and keys (${SHORTEST_KEY}-${LONGEST_KEY} characters, all different)`,
  shown: false,
  read: (text) => {
    const found = Option.map(keysIn(text), Object.entries<string>)
    if (Option.isNone(found) || found.value.length === 0) return undefined
    const isSound = found.value.every(
      ([user, key]) => USER.test(user) && key.length >= SHORTEST_KEY && key.length <= LONGEST_KEY
    )
    const areDifferent = new Set(found.value.map(([, key]) => key)).size === found.value.length
    return isSound && areDifferent ? found.value.map(([user, key]) => [user, Redacted.make(key)] as const) : undefined
  }
}

/** `X-User-Id` would be believed from machines that are not this one. */
export class DevelopmentAuthExposed extends Schema.TaggedError<DevelopmentAuthExposed>()("DevelopmentAuthExposed", {
  rule: Schema.Literal("DEVELOPER_DEV_AUTH needs a loopback bind address")
}) {}

export interface DeveloperAccess {
  readonly keys: Keys
  readonly believesUserIds: boolean
}

/**
 * Who may ask; `null` = nobody, the routes are left out. **Fails with** a config error that never repeats a key, or with
 * `DevelopmentAuthExposed`.
 */
export const developerAccess: Effect.Effect<DeveloperAccess | null, Config.ConfigError | DevelopmentAuthExposed> =
  Effect.gen(function* () {
    const { believesUserIds, found } = yield* all({
      found: Config.option(setting("DEVELOPER_KEYS", keys)),
      believesUserIds: flag("DEVELOPER_DEV_AUTH", false)
    })
    if (believesUserIds && !isLoopback((yield* bind).host)) {
      return yield* new DevelopmentAuthExposed({ rule: "DEVELOPER_DEV_AUTH needs a loopback bind address" })
    }
    if (Option.isNone(found) && !believesUserIds) return null
    return { keys: Option.getOrElse(found, (): Keys => []), believesUserIds }
  })

/** The developer routes in one line, for the start and for health. */
export const describeDevelopers = Effect.map(developerAccess, (access) => {
  if (access === null) return { kind: "off", note: "no DEVELOPER_KEYS: /v1 is not served" } as const
  if (access.believesUserIds) return { kind: "embedded", note: "X-User-Id is believed, on this machine only" } as const
  return { kind: "http", note: `${access.keys.length} users with keys` } as const
})

export class CurrentDeveloper extends Context.Service<
  CurrentDeveloper,
  {
    readonly user: string
    /** 43 URL-safe characters that nobody else can compute: the same for the same purpose. */
    readonly tokenFor: (purpose: string) => string
    /** Whether a name is another developer's; where anybody is believed, nobody's is. */
    readonly isAnother: (name: string) => boolean
  }
>()("app/channels/http/CurrentDeveloper") {}

/** Guards the developer's routes and says who asks. */
export class DeveloperOnly extends HttpApiMiddleware.Service<DeveloperOnly, { provides: CurrentDeveloper }>()(
  "app/channels/http/DeveloperOnly",
  {
    error: UnauthorizedResponse,
    security: {
      developerKey: HttpApiSecurity.bearer,
      developmentUser: HttpApiSecurity.apiKey({ key: "x-user-id", in: "header" })
    }
  }
) {}

const digest = (key: string): Buffer => hash("sha256", key, "buffer")

type Developer = CurrentDeveloper["Service"]
type Secrets = ReadonlyMap<string, Buffer>

const known = (user: string, secret: Buffer, users: Secrets): Developer => ({
  user,
  isAnother: (name) => name !== user && users.has(name),
  tokenFor: (purpose) => createHmac("sha256", secret).update(`${user}\n${purpose}`).digest("base64url")
})

/** Digests first, and all of them, so that neither a shared beginning nor the place in the list shows in the time taken. */
const holderOf = (secrets: Secrets, key: string): Developer | null => {
  const given = digest(key)
  let holder: Developer | null = null
  for (const [user, secret] of secrets) if (timingSafeEqual(given, secret)) holder = known(user, secret, secrets)
  return holder
}

/** Admits the holders of these keys, and whoever says who they are where that is believed. */
export const developerOnly = ({ believesUserIds, keys }: DeveloperAccess): Layer.Layer<DeveloperOnly> =>
  Layer.effect(
    DeveloperOnly,
    Effect.sync(() => {
      const secrets = new Map(keys.map(([user, key]) => [user, digest(Redacted.value(key))] as const))
      const ofProcess = randomBytes(32)
      const admit = (holder: Developer | null) => (holder === null ? Effect.fail(unauthorized) : Effect.succeed(holder))
      return {
        developerKey: (route, { credential }) =>
          Effect.flatMap(admit(holderOf(secrets, Redacted.value(credential))), (holder) =>
            Effect.provideService(route, CurrentDeveloper, holder)
          ),
        developmentUser: Effect.fnUntraced(function* (route, { credential }) {
          const { headers, peerAddress } = yield* HttpServerRequest.HttpServerRequest
          const user = Redacted.value(credential)
          const isBelieved = believesUserIds && isFromHere({ headers, peer: Option.getOrNull(peerAddress) })
          const holder = yield* admit(isBelieved && USER.test(user) ? known(user, ofProcess, secrets) : null)
          return yield* Effect.provideService(route, CurrentDeveloper, holder)
        })
      }
    })
  )
