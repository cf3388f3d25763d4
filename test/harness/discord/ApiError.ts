/**
 * What Discord refuses, in its own words: HTTP status, numeric code, message, and for a bad form the tree of fields with
 * their rules.
 */

export class ApiError extends Error {
  readonly status: number
  readonly code: number
  readonly errors: unknown

  constructor(status: number, code: number, message: string, errors?: unknown) {
    super(message)
    this.status = status
    this.code = code
    this.errors = errors
  }

  get body(): Readonly<Record<string, unknown>> {
    return {
      message: this.message,
      code: this.code,
      ...(this.errors === undefined ? {} : { errors: this.errors })
    }
  }
}

const refusal = (status: number, code: number, message: string) => () => new ApiError(status, code, message)

export const unauthorized = refusal(401, 0, "401: Unauthorized")
export const notFound = refusal(404, 0, "404: Not Found")
export const unknownChannel = refusal(404, 10003, "Unknown Channel")
export const unknownGuild = refusal(404, 10004, "Unknown Guild")
export const unknownMember = refusal(404, 10007, "Unknown Member")
export const unknownMessage = refusal(404, 10008, "Unknown Message")
export const unknownUser = refusal(404, 10013, "Unknown User")
export const unknownWebhook = refusal(404, 10015, "Unknown Webhook")
export const unknownInteraction = refusal(404, 10062, "Unknown interaction")
export const alreadyAcknowledged = refusal(400, 40060, "Interaction has already been acknowledged.")
export const missingAccess = refusal(403, 50001, "Missing Access")
export const othersMessage = refusal(403, 50005, "Cannot edit a message authored by another user")
export const emptyMessage = refusal(400, 50006, "Cannot send an empty message")
export const closedToMessages = refusal(403, 50007, "Cannot send messages to this user")
export const missingPermissions = refusal(403, 50013, "Missing Permissions")
export const wrongChannelType = refusal(400, 50024, "Cannot execute action on this channel type")
export const spentWebhookToken = refusal(401, 50027, "Invalid Webhook Token")
export const invalidRecipient = refusal(400, 50033, "Invalid Recipient(s)")
export const archivedThread = refusal(400, 50083, "Thread is archived")
export const invalidJson = refusal(400, 50109, "The request body contains invalid JSON.")
export const threadExists = refusal(400, 160004, "A thread has already been created for this message")
export const threadLocked = refusal(400, 160005, "Thread is locked")

/** Collects what is wrong with a form and refuses it all at once with code 50035. */
export class FormErrors {
  readonly #tree: Record<string, unknown> = {}
  #any = false

  /** `path` names the field, as in `embeds.0.title`. */
  add(path: string, code: string, message: string): void {
    this.#any = true
    let node = this.#tree
    for (const part of path.split(".")) {
      node[part] ??= {}
      node = node[part] as Record<string, unknown>
    }
    const list = (node["_errors"] ??= []) as Array<unknown>
    list.push({ code, message })
  }

  length(path: string, value: unknown, min: number, max: number): void {
    if (typeof value !== "string") return this.add(path, "BASE_TYPE_REQUIRED", "This field is required")
    const { length } = [...value]
    if (length >= min && length <= max) return
    if (min === 0 || length > max) {
      return this.add(path, "BASE_TYPE_MAX_LENGTH", `Must be ${max} or fewer in length.`)
    }
    this.add(path, "BASE_TYPE_BAD_LENGTH", `Must be between ${min} and ${max} in length.`)
  }

  count(path: string, list: ReadonlyArray<unknown>, min: number, max: number): void {
    if (list.length >= min && list.length <= max) return
    this.add(path, "BASE_TYPE_BAD_LENGTH", `Must be between ${min} and ${max} in length.`)
  }

  oneOf(path: string, value: unknown, allowed: ReadonlyArray<unknown>): void {
    if (allowed.includes(value)) return
    this.add(path, "BASE_TYPE_CHOICES", `Value must be one of (${allowed.join(", ")}).`)
  }

  refuse(): void {
    if (this.#any) throw new ApiError(400, 50035, "Invalid Form Body", this.#tree)
  }
}
