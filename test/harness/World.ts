/**
 * A small world for scenarios of the meal-plan service: an SMS provider, the shops the service asks, and processes on a
 * store. A texter talks to it as a provider does, and texts again until answered, however often the service dies.
 */
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { address } from "#domain/ActorAddress.ts"
import type { ActorRecord } from "#kernel/ActorRecord.ts"
import type { ConversationDocument } from "#machines/conversation/schema.ts"
import { cartStandIn, KEYS, type StandIn, supabaseStandIn } from "./CapabilityStandIns.ts"
import { eventually } from "./Eventually.ts"
import { type Environment, type Ground, openGround, type ProcessOptions, ProcessWorld } from "./ProcessWorld.ts"
import { CREDENTIALS, ProviderStandIn, type StandInProvider, type WebhookAnswer } from "./ProviderStandIn.ts"

export interface WorldOptions extends ProcessOptions {
  readonly provider?: StandInProvider
  readonly phones?: ReadonlyArray<string>
  readonly deliveryDate?: string
}

/** The texter of most scenarios. */
export const PHONE = "+12025550143"

/** A day so far away that the recipes are never due by themselves. */
const FAR = new Date(Date.now() + 9 * 24 * 3600_000).toISOString().slice(0, 10)

/** A zone in which it is about noon, so that quiet hours stay out of a scenario. */
const noonZone = (): string => {
  const ahead = 12 - new Date().getUTCHours()
  return ahead === 0 ? "Etc/GMT" : `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`
}

const CART_ITEMS = [
  { name: "Salmon fillets", quantity: 2, unit: "lb" },
  { name: "Chicken thighs", quantity: 2, unit: "lb" },
  { name: "Sweet potatoes", quantity: 4, unit: "each" },
  { name: "Baby spinach", quantity: 5, unit: "oz" },
  { name: "Black beans", quantity: 2, unit: "can" },
  { name: "Eggs", quantity: 12, unit: "each" }
]

/** Texts in TwiML. */
export const said = (answer: WebhookAnswer): ReadonlyArray<string> =>
  [...answer.text.matchAll(/<Message>(.*?)<\/Message>/gs)].map(([, text]) => text ?? "")

/** An answer that ends the provider's redelivering. */
const isTaken = ({ status }: WebhookAnswer): boolean => status < 500

interface Surroundings {
  readonly standIn: ProviderStandIn
  readonly directory: StandIn
  readonly cart: StandIn
}

export class World extends ProcessWorld<WorldOptions> {
  readonly standIn: ProviderStandIn
  readonly directory: StandIn
  readonly cart: StandIn
  /** The address the provider signs webhooks for. */
  readonly publicUrl: string

  private constructor(options: WorldOptions, ground: Ground, { standIn, directory, cart }: Surroundings) {
    super(options, ground)
    this.standIn = standIn
    this.directory = directory
    this.cart = cart
    this.publicUrl = `http://127.0.0.1:${ground.port}`
    const { TWILIO_AUTH_TOKEN, VONAGE_API_SECRET, VONAGE_SIGNATURE_SECRET } = CREDENTIALS
    this.keepSecret(TWILIO_AUTH_TOKEN, VONAGE_API_SECRET, VONAGE_SIGNATURE_SECRET, ...Object.values(KEYS))
  }

  static async open(options: WorldOptions): Promise<World> {
    const ground = await openGround(options)
    const within = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) =>
      Effect.runPromise(Scope.provide(effect, ground.scope))
    const phones = options.phones ?? [PHONE]
    const delivery_date = options.deliveryDate ?? FAR
    const rows = phones.map((phone) => ({ phone_number: phone, preferences: {}, ftp_email: "linked@example.com" }))
    const carts = Object.fromEntries(phones.map((phone) => [phone, { items: CART_ITEMS, delivery_date }]))
    const world = new World(options, ground, {
      standIn: await ProviderStandIn.start(),
      directory: await within(supabaseStandIn(rows)),
      cart: await within(cartStandIn(carts))
    })
    for (const phone of phones) world.keepSecret(phone.replace("+", ""), phone.slice(-10))
    return world
  }

  protected surroundings(): Environment {
    return {
      ...this.standIn.environment(this.options.provider ?? "twilio", this.publicUrl),
      SUPPORT_CONTACT: "help@example.com",
      SMS_TIME_ZONE: noonZone(),
      SMS_MESSAGES_PER_SECOND: "1000",
      USER_DIRECTORY_URL: this.directory.url,
      USER_DIRECTORY_KEY: KEYS.directory,
      ONBOARDING_URL: "https://example.com/start",
      CART_SOURCE_URL: this.cart.url,
      CART_SOURCE_TOKEN: KEYS.cart
    }
  }

  protected endSurroundings(): Promise<void> {
    return this.standIn.stop()
  }

  /** Delivers one text once, at whatever process answers at `url`. */
  deliver(from: string, text: string, id: string, url = this.publicUrl): Promise<WebhookAnswer> {
    const target = { url: `${url}/webhook/sms`, signedFor: `${this.publicUrl}/webhook/sms` }
    return this.standIn.text(this.options.provider ?? "twilio", target, from, text, id)
  }

  /** Delivers one text again and again until it is taken, as providers do. */
  text(from: string, text: string, id: string, url?: string): Promise<WebhookAnswer> {
    return eventually(`an answer to ${id}`, () => this.deliver(from, text, id, url), isTaken)
  }

  /** Texts the provider took for this phone, oldest first, once there are at least `count`. */
  async sms(phone: string, count: number, withinMs?: number): Promise<ReadonlyArray<string>> {
    const taken = () => this.standIn.accepted.filter(({ to }) => to.replace("+", "") === phone.replace("+", ""))
    await eventually(
      `${count} texts`,
      () => taken().length,
      (seen) => seen >= count,
      withinMs
    )
    const texts = taken().map(({ text }) => text)
    for (const text of texts) {
      const token = /recipes\/([\w-]+)\.pdf/.exec(text)?.[1]
      if (token !== undefined) this.keepSecret(token)
    }
    return texts
  }

  /** The conversation's record; `null` when there is none. */
  record(phone: string): Promise<ActorRecord | null> {
    return this.recordOf(address("conversation", phone))
  }

  /** Waits until the conversation has no effect pending, and answers its record. */
  settled(phone: string, withinMs?: number): Promise<ActorRecord> {
    return this.settledRecord(address("conversation", phone), withinMs)
  }

  async document(phone: string): Promise<ConversationDocument> {
    const text = await this.read(`conversation:${phone}`)
    if (text === null) throw new Error("there is no document")
    return JSON.parse(text) as ConversationDocument
  }
}
