/**
 * The rules for what may be posted: lengths, counts, buttons, embeds, nonce and allowed mentions. Everything that is wrong
 * is refused together with code 50035; a message without anything in it with 50006.
 */
import { emptyMessage, FormErrors } from "./ApiError.ts"
import type { AllowedMentions } from "./Mentions.ts"
import { type ComponentObject, type EmbedObject, everyComponent, FLAG } from "./Objects.ts"
import type { UploadedFile } from "./Routes.ts"

/** The parts of a message that a client sends. */
export interface MessageForm {
  readonly content?: string | null
  readonly embeds?: ReadonlyArray<EmbedObject> | null
  readonly components?: ReadonlyArray<ComponentObject> | null
  readonly allowed_mentions?: AllowedMentions | null
  readonly flags?: number
  readonly tts?: boolean
  readonly nonce?: string | number | null
  readonly enforce_nonce?: boolean
  readonly message_reference?: { readonly message_id: string; readonly fail_if_not_exists?: boolean } | null
  readonly attachments?: ReadonlyArray<{ readonly id: string | number; readonly filename?: string }> | null
}

const checkEmbed = (errors: FormErrors, at: string, embed: EmbedObject): number => {
  const { author, description, fields = [], footer, title } = embed
  let total = 0
  const limit = (name: string, value: string | undefined, min: number, max: number) => {
    if (value === undefined || value === null) return
    errors.length(`${at}.${name}`, value, min, max)
    total += [...value].length
  }
  limit("title", title, 0, 256)
  limit("description", description, 0, 4096)
  limit("footer.text", footer?.text, 0, 2048)
  limit("author.name", author?.name, 0, 256)
  errors.count(`${at}.fields`, fields, 0, 25)
  for (const [index, { name, value }] of fields.entries()) {
    limit(`fields.${index}.name`, name, 1, 256)
    limit(`fields.${index}.value`, value, 1, 1024)
  }
  const { color } = embed
  if (color !== undefined && color !== null && !(Number.isInteger(color) && color >= 0 && color <= 0xff_ffff)) {
    errors.add(`${at}.color`, "NUMBER_TYPE_COERCE", "Value is not an int in the range of colours.")
  }
  return total
}

const checkButton = (errors: FormErrors, at: string, button: ComponentObject): void => {
  errors.oneOf(`${at}.style`, button.style, [1, 2, 3, 4, 5, 6])
  if (button.label !== undefined) errors.length(`${at}.label`, button.label, 0, 80)
  if (button.label === undefined && button["emoji"] === undefined && button.style !== 6) {
    errors.add(at, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button must have a label or an emoji.")
  }
  if (button.style === 5) {
    errors.length(`${at}.url`, button.url, 1, 512)
    if (button.custom_id !== undefined) {
      errors.add(
        at,
        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
        "A custom id and url cannot both be specified"
      )
    }
  } else if (button.style !== 6) errors.length(`${at}.custom_id`, button.custom_id, 1, 100)
}

const checkComponents = (errors: FormErrors, components: ReadonlyArray<ComponentObject>, flags: number): void => {
  const free = (flags & FLAG.v2) !== 0
  if (!free) errors.count("components", components, 0, 5)
  for (const [row, { components: parts = [], type }] of components.entries()) {
    const at = `components.${row}`
    if (!free) errors.oneOf(`${at}.type`, type, [1])
    if (type !== 1) continue
    errors.count(`${at}.components`, parts, 1, 5)
    if (parts.some((part) => part.type !== 2) && parts.length > 1) {
      errors.add(`${at}.components`, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A menu fills its row.")
    }
    for (const [index, part] of parts.entries()) {
      if (part.type === 2) checkButton(errors, `${at}.components.${index}`, part)
      else errors.length(`${at}.components.${index}.custom_id`, part.custom_id, 1, 100)
    }
  }
  const ids = everyComponent(components).flatMap(({ custom_id }) => custom_id ?? [])
  if (new Set(ids).size < ids.length) {
    errors.add("components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
  }
}

const checkMentions = (errors: FormErrors, allowed: AllowedMentions): void => {
  for (const kind of ["users", "roles"] as const) {
    const ids = allowed[kind] ?? []
    errors.count(`allowed_mentions.${kind}`, ids, 0, 100)
    if (ids.length > 0 && allowed.parse?.includes(kind) === true) {
      const message = `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`
      errors.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
    }
  }
  for (const [index, kind] of (allowed.parse ?? []).entries()) {
    errors.oneOf(`allowed_mentions.parse.${index}`, kind, ["users", "roles", "everyone"])
  }
}

/** Refuses a form that Discord would refuse. `whole`: a new message, which must hold something. */
export const checkMessage = (form: MessageForm, files: ReadonlyArray<UploadedFile>, whole: boolean): void => {
  const errors = new FormErrors()
  const { allowed_mentions, attachments, components, content, embeds, nonce } = form
  if (content !== undefined && content !== null) errors.length("content", content, 0, 2000)
  errors.count("embeds", embeds ?? [], 0, 10)
  let total = 0
  for (const [index, embed] of (embeds ?? []).entries()) total += checkEmbed(errors, `embeds.${index}`, embed)
  if (total > 6000) errors.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
  checkComponents(errors, components ?? [], form.flags ?? 0)
  if (allowed_mentions !== undefined && allowed_mentions !== null) checkMentions(errors, allowed_mentions)
  if (nonce !== undefined && nonce !== null) errors.length("nonce", String(nonce), 0, 25)
  if (form.enforce_nonce === true && (nonce === undefined || nonce === null || nonce === "")) {
    errors.add("nonce", "NONCE_REQUIRED", "A nonce is required to enforce it.")
  }
  errors.count("files", files, 0, 10)
  errors.refuse()
  const parts = [content ?? "", embeds ?? [], components ?? [], files, attachments ?? []]
  if (whole && parts.every((part) => part.length === 0)) throw emptyMessage()
}
