/**
 * Where the finished PDFs live: as documents of the actor store under an unguessable token, for fourteen days. The token
 * is the only key to a PDF, so it is never logged; the document names nobody.
 */
import { randomBytes } from "node:crypto"
import * as Effect from "effect/Effect"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import type { StoreUnavailable } from "#runtime/RuntimeError.ts"

/** How long PDFs and the links to them are kept, and analyses after their recipes are due: 14 days. */
export const RECIPE_TTL_MS = 14 * 24 * 3600 * 1000

/** Store key of a PDF (base64). */
export const recipePdfKey = (token: string): string => `recipe-pdf:${token}`

/** Store key of the token already made for a call. */
export const recipeLinkKey = (idempotencyKey: string): string => `recipe-link:${idempotencyKey}`

/** 128 random bits, safe in a URL. */
export const makeToken: Effect.Effect<string> = Effect.sync(() => randomBytes(16).toString("base64url"))

const isToken = (text: string): boolean => /^[A-Za-z0-9_-]{22}$/.test(text)

/** The link a person gets. */
export const recipeUrl = (publicUrl: string, token: string): string => `${publicUrl}/recipes/${token}.pdf`

/** The PDF behind a token; `null` when there is none, it expired, or the text cannot be a token. */
export const readRecipePdf = (token: string): Effect.Effect<Uint8Array | null, StoreUnavailable, ActorStore> =>
  isToken(token)
    ? Effect.gen(function* () {
        const store = yield* ActorStore
        const stored = yield* store.readDocument(recipePdfKey(token))
        return stored === null ? null : new Uint8Array(Buffer.from(stored, "base64"))
      })
    : Effect.succeed(null)
