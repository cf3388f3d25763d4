/**
 * Plays Twilio and both Vonage APIs on loopback: takes send calls under the right credentials, remembers them, lists them
 * as Twilio does, fails on request, and signs and posts webhooks to the service under test. Signs with code of its own,
 * so that it cannot share a mistake with the product.
 */
import { createHash, createHmac, randomUUID } from "node:crypto"
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { SignJWT } from "jose"

export type StandInProvider = "twilio" | "vonage-sms" | "vonage-messages"

/** What the next send call meets instead of success. `…-after-accept` takes the message first. */
export type Fault =
  | { readonly kind: "twilio-error"; readonly code: number; readonly status?: number; readonly retryAfter?: string }
  | { readonly kind: "vonage-status"; readonly status: string }
  | { readonly kind: "http"; readonly status: number; readonly retryAfter?: string; readonly body?: string }
  | { readonly kind: "timeout-after-accept" | "reset-after-accept" | "reset" }

export interface Accepted {
  readonly provider: StandInProvider
  readonly id: string
  readonly to: string
  readonly from: string
  readonly text: string
  readonly at: number
  readonly fields: Readonly<Record<string, unknown>>
}

export interface Call {
  readonly method: string
  readonly path: string
  readonly authorised: boolean
  readonly fields: Readonly<Record<string, unknown>>
}

/** Where a webhook goes, and the public URL it is signed for when the two differ (a proxy in between). */
export interface Target {
  readonly url: string
  readonly signedFor?: string
}

export interface WebhookAnswer {
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

/** Invented credentials, the same for every stand-in. */
export const CREDENTIALS = {
  TWILIO_ACCOUNT_SID: "AC00000000000000000000000000000001",
  TWILIO_AUTH_TOKEN: "stand-in-auth-token",
  TWILIO_FROM: "+18335550100",
  VONAGE_API_KEY: "a1b2c3d",
  VONAGE_API_SECRET: "stand-in-api-secret",
  VONAGE_PHONE_NUMBER: "18335550100",
  VONAGE_SIGNATURE_SECRET: "0123456789abcdef0123456789abcdef",
  VONAGE_SIGNATURE_METHOD: "sha256"
} as const

/** `X-Twilio-Signature` of a form POST (or, with no fields, of a GET). */
export const signTwilio = (token: string, url: string, fields: Readonly<Record<string, string>>): string => {
  const names = Object.keys(fields).sort((left, right) => Buffer.from(left).compare(Buffer.from(right)))
  const text = url + names.map((name) => name + fields[name]).join("")
  return createHmac("sha1", token).update(text).digest("base64")
}

/** The parameters with `sig` added, HMAC-SHA256. */
export const signVonageSms = (secret: string, fields: Readonly<Record<string, string>>): Record<string, string> => {
  const parts = Object.keys(fields)
    .filter((name) => name !== "sig")
    .sort()
    .map((name) => `&${name}=${fields[name]?.replaceAll(/[&=]/g, "_")}`)
  return { ...fields, sig: createHmac("sha256", secret).update(parts.join("")).digest("hex") }
}

/** The bearer token of a Messages API webhook. */
export const signVonageMessages = (
  secret: string,
  body: string,
  claims: { readonly iat?: number; readonly jti?: string } = {}
): Promise<string> =>
  new SignJWT({
    jti: claims.jti ?? randomUUID(),
    payload_hash: createHash("sha256").update(body).digest("hex"),
    api_key: CREDENTIALS.VONAGE_API_KEY
  })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer("Vonage")
    .setIssuedAt(claims.iat ?? Math.floor(Date.now() / 1000))
    .sign(new TextEncoder().encode(secret))

const answerOf = async (response: Response): Promise<WebhookAnswer> => ({
  status: response.status,
  text: await response.text(),
  headers: response.headers
})

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString("utf8")
}

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`

const hex32 = () => randomUUID().replaceAll("-", "")

export class ProviderStandIn {
  readonly calls: Array<Call> = []
  readonly accepted: Array<Accepted> = []
  readonly #faults: Array<Fault> = []
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy())
  })

  static async start(port = 0): Promise<ProviderStandIn> {
    const standIn = new ProviderStandIn()
    standIn.#server.listen(port, "127.0.0.1")
    await once(standIn.#server, "listening")
    return standIn
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Environment that points the service at this stand-in. */
  environment(provider: StandInProvider, publicUrl: string): Record<string, string> {
    const urls = { TWILIO_API_BASE_URL: this.baseUrl, VONAGE_API_BASE_URL: this.baseUrl }
    return { ...CREDENTIALS, ...urls, SMS_PROVIDER: provider, PUBLIC_URL: publicUrl }
  }

  /** Queues faults: each spoils one send call. */
  fail(...faults: ReadonlyArray<Fault>): void {
    this.#faults.push(...faults)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, "close")
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.baseUrl)
    const text = await readBody(request)
    const json = request.headers["content-type"]?.startsWith("application/json") === true
    const fields = json
      ? (JSON.parse(text) as Record<string, unknown>)
      : Object.fromEntries(request.method === "POST" ? new URLSearchParams(text) : url.searchParams)
    const twilioPath = `/2010-04-01/Accounts/${CREDENTIALS.TWILIO_ACCOUNT_SID}/Messages.json`
    const provider: StandInProvider | undefined =
      url.pathname === twilioPath
        ? "twilio"
        : ({ "/sms/json": "vonage-sms", "/v1/messages": "vonage-messages" } as const)[url.pathname]
    const expected =
      provider === "twilio"
        ? basic(CREDENTIALS.TWILIO_ACCOUNT_SID, CREDENTIALS.TWILIO_AUTH_TOKEN)
        : basic(CREDENTIALS.VONAGE_API_KEY, CREDENTIALS.VONAGE_API_SECRET)
    const authorised = request.headers.authorization === expected
    this.calls.push({ method: request.method ?? "", path: url.pathname, authorised, fields })

    const send = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { "content-type": "application/json", ...headers })
        .end(typeof body === "string" ? body : JSON.stringify(body))
    if (provider === undefined) return void send(404, {})
    if (!authorised) {
      if (provider === "vonage-sms") return void send(200, vonageAnswer("4"))
      return void send(401, { code: 20003, message: "Authenticate", status: 401 })
    }
    if (request.method === "GET") return void send(200, this.#list(fields))

    const fault = this.#faults.shift()
    const spare = (after: string | undefined) => (after === undefined ? {} : { "retry-after": after })
    if (fault?.kind === "reset") return void request.socket.resetAndDestroy()
    if (fault?.kind === "http") return void send(fault.status, fault.body ?? {}, spare(fault.retryAfter))
    if (fault?.kind === "vonage-status") return void send(200, vonageAnswer(fault.status))
    if (fault?.kind === "twilio-error") {
      const status = fault.status ?? (fault.code === 20429 ? 429 : 400)
      return void send(status, { code: fault.code, message: "refused", status }, spare(fault.retryAfter))
    }
    const id = this.#accept(provider, fields)
    if (fault?.kind === "timeout-after-accept") return
    if (fault?.kind === "reset-after-accept") return void request.socket.resetAndDestroy()
    if (provider === "twilio") return void send(201, { sid: id, status: "queued", error_code: null })
    if (provider === "vonage-sms") return void send(200, vonageAnswer("0", id))
    send(202, { message_uuid: id })
  }

  #accept(provider: StandInProvider, fields: Readonly<Record<string, unknown>>): string {
    const id = provider === "twilio" ? `SM${hex32()}` : provider === "vonage-sms" ? hex32() : randomUUID()
    const field = (...names: ReadonlyArray<string>) =>
      String(names.map((name) => fields[name]).find((value) => value !== undefined))
    this.accepted.push({
      provider,
      id,
      to: field("To", "to"),
      from: field("From", "MessagingServiceSid", "from"),
      text: field("Body", "text"),
      at: Date.now(),
      fields
    })
    return id
  }

  #list(fields: Readonly<Record<string, unknown>>): unknown {
    const messages = this.accepted
      .filter(({ provider, to }) => provider === "twilio" && to === fields.To)
      .toReversed()
      .map(({ at, from, id, text, to }) => ({
        sid: id,
        to,
        from,
        body: text,
        status: "sent",
        direction: "outbound-api",
        date_created: new Date(at).toUTCString(),
        date_sent: new Date(at).toUTCString()
      }))
    return { messages, page: 0, page_size: 50 }
  }

  /** Posts a signed form as Twilio does. Omit `MessageSid` for a fresh one; give one to deliver it again. */
  async twilio(target: Target, fields: Readonly<Record<string, string>>): Promise<WebhookAnswer> {
    const all = {
      MessageSid: `SM${hex32()}`,
      AccountSid: CREDENTIALS.TWILIO_ACCOUNT_SID,
      ApiVersion: "2010-04-01",
      To: CREDENTIALS.TWILIO_FROM,
      ...fields
    }
    const signature = signTwilio(CREDENTIALS.TWILIO_AUTH_TOKEN, target.signedFor ?? target.url, all)
    const response = await fetch(target.url, {
      method: "POST",
      headers: { "X-Twilio-Signature": signature },
      body: new URLSearchParams(all)
    })
    return answerOf(response)
  }

  /** Calls with signed parameters, a fresh nonce and the present time as the Vonage SMS API does. */
  async vonageSms(
    target: Target,
    fields: Readonly<Record<string, string>>,
    method: "GET" | "POST" | "JSON" = "POST"
  ): Promise<WebhookAnswer> {
    const timestamp = String(Math.floor(Date.now() / 1000))
    const all = signVonageSms(CREDENTIALS.VONAGE_SIGNATURE_SECRET, {
      to: CREDENTIALS.VONAGE_PHONE_NUMBER,
      messageId: hex32().slice(0, 16).toUpperCase(),
      timestamp,
      nonce: randomUUID(),
      ...fields
    })
    const form = new URLSearchParams(all)
    if (method === "GET") return answerOf(await fetch(`${target.url}?${form}`))
    if (method === "POST") return answerOf(await fetch(target.url, { method: "POST", body: form }))
    const headers = { "content-type": "application/json" }
    return answerOf(await fetch(target.url, { method: "POST", headers, body: JSON.stringify(all) }))
  }

  /** Posts JSON with a fresh token as the Vonage Messages API does. `token: null` leaves it out. */
  async vonageMessages(
    target: Target,
    fields: Readonly<Record<string, unknown>>,
    token?: string | null
  ): Promise<WebhookAnswer> {
    const body = JSON.stringify({
      message_uuid: randomUUID(),
      channel: "sms",
      timestamp: new Date().toISOString(),
      ...fields
    })
    const bearer = token === undefined ? await signVonageMessages(CREDENTIALS.VONAGE_SIGNATURE_SECRET, body) : token
    const headers: Record<string, string> = { "content-type": "application/json" }
    if (bearer !== null) headers.authorization = `Bearer ${bearer}`
    return answerOf(await fetch(target.url, { method: "POST", headers, body }))
  }

  /** A text from a phone (E.164), in the provider's own words. */
  text(provider: StandInProvider, target: Target, from: string, text: string, id?: string): Promise<WebhookAnswer> {
    const bare = from.replace(/^\+/, "")
    switch (provider) {
      case "twilio":
        return this.twilio(target, { From: from, Body: text, ...(id === undefined ? {} : { MessageSid: id }) })
      case "vonage-sms":
        return this.vonageSms(target, {
          msisdn: bare,
          text,
          type: "text",
          ...(id === undefined ? {} : { messageId: id })
        })
      case "vonage-messages":
        return this.vonageMessages(target, {
          from: bare,
          to: CREDENTIALS.VONAGE_PHONE_NUMBER,
          message_type: "text",
          text,
          ...(id === undefined ? {} : { message_uuid: id })
        })
    }
  }

  /** A delivery report about an accepted message, in the provider's own words (`status`, `code`). */
  report(message: Accepted, target: Target, status: string, code?: string): Promise<WebhookAnswer> {
    const bare = message.to.replace(/^\+/, "")
    switch (message.provider) {
      case "twilio":
        return this.twilio(target, {
          MessageSid: message.id,
          MessageStatus: status,
          SmsStatus: status,
          To: message.to,
          From: message.from,
          ...(code === undefined ? {} : { ErrorCode: code })
        })
      case "vonage-sms":
        return this.vonageSms(target, { msisdn: bare, messageId: message.id, status, "err-code": code ?? "0" })
      case "vonage-messages":
        return this.vonageMessages(target, {
          message_uuid: message.id,
          to: bare,
          from: message.from,
          status,
          ...(code === undefined ? {} : { error: { title: code } })
        })
    }
  }
}

const vonageAnswer = (status: string, id?: string) => ({
  "message-count": "1",
  messages: [{ status, ...(id === undefined ? { "error-text": "refused" } : { "message-id": id }) }]
})
