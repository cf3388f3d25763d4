/**
 * The buttons below an alert's post. Their ids carry all that a click needs: what to do, about which member, because of
 * which message (B2). So a button works after any restart, and those of earlier versions and services still do.
 */
import { type APIActionRowComponent, type APIButtonComponentWithCustomId, ButtonStyle, ComponentType } from "discord.js"
import { type AlertView, FORGOTTEN } from "#domain/ash/Alert.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { isAtLeast } from "#domain/ash/Severity.ts"
import { isSnowflake, type Snowflake } from "#domain/ash/Snowflake.ts"

export const BUTTONS = ["ash_ack", "ash_talk", "ash_take", "ash_back", "ash_resolve", "ash_history"] as const
export type AlertButton = (typeof BUTTONS)[number]

export interface Clicked {
  readonly button: AlertButton
  readonly userId: Snowflake
  /** The member's message that opened the alert. */
  readonly messageId: Snowflake
}

export const customId = (button: AlertButton, userId: Snowflake, messageId: Snowflake): string =>
  `${button}:${userId}:${messageId}`

/** Reads a button's id; `null` when it is none of ours. */
export const parseCustomId = (id: string): Clicked | null => {
  const [name, userId = "", messageId = "", ...more] = id.split(":")
  const button = BUTTONS.find((button) => button === name)
  if (button === undefined || more.length > 0 || !isSnowflake(userId) || !isSnowflake(messageId)) return null
  return { button, userId, messageId }
}

type Row = APIActionRowComponent<APIButtonComponentWithCustomId>

/** Which buttons make sense now. The history stays for as long as the post does. */
const wanted = (alert: AlertView, policy: AshPolicy): ReadonlyArray<AlertButton> => {
  const open = alert.state === "alert" || alert.state === "acknowledged"
  if (!open) return ["ash_history"]
  const reachable = alert.ash.state !== "unreachable"
  const talk =
    policy.ash.enabled &&
    isAtLeast(alert.severity, policy.ash.minSeverity) &&
    reachable &&
    !alert.optedOut &&
    alert.takenOverBy === null
  const take = policy.ash.handoff && reachable
  return [
    ...(alert.state === "alert" ? (["ash_ack"] as const) : []),
    ...(talk ? (["ash_talk"] as const) : []),
    ...(take ? ([alert.takenOverBy === null ? "ash_take" : "ash_back"] as const) : []),
    "ash_resolve",
    "ash_history"
  ]
}

const LOOKS: Readonly<Record<AlertButton, { readonly label: string; readonly style: Style }>> = {
  ash_ack: { label: "Acknowledge", style: ButtonStyle.Success },
  ash_talk: { label: "Talk to Ash", style: ButtonStyle.Primary },
  ash_take: { label: "Take over", style: ButtonStyle.Primary },
  ash_back: { label: "Hand back", style: ButtonStyle.Primary },
  ash_resolve: { label: "Resolve", style: ButtonStyle.Secondary },
  ash_history: { label: "History", style: ButtonStyle.Secondary }
}
type Style = APIButtonComponentWithCustomId["style"]

const look = (button: AlertButton, { ash }: AlertView): { readonly label: string; readonly disabled: boolean } => {
  const busy = ash.state === "asked" || ash.state === "talking"
  if (button !== "ash_talk" || !busy) return { label: LOOKS[button].label, disabled: false }
  return { label: ash.state === "asked" ? "Ash was asked" : "Ash is talking", disabled: true }
}

/** The rows below the post; none below one that names nobody any more. */
export const alertButtons = (alert: AlertView, policy: AshPolicy): Array<Row> => {
  const { messageId, userId } = alert.signal
  if (userId === FORGOTTEN) return []
  const components = wanted(alert, policy).map((button) => ({
    type: ComponentType.Button as const,
    style: LOOKS[button].style,
    custom_id: customId(button, userId, messageId),
    ...look(button, alert)
  }))
  return [{ type: ComponentType.ActionRow, components }]
}
