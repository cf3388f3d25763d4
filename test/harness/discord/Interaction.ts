/**
 * One interaction from the side of the person who made it: what the application acknowledged, what it showed, and a way to
 * wait for both. Kept by the stand-in; lives as long as it does.
 */
import type { Changes } from "../Changes.ts"
import { checkFilled } from "./ModalForm.ts"
import type { MessageObject, ModalObject } from "./Objects.ts"
import type { MessageRecord } from "./Records.ts"

export const INTERACTION = { command: 2, component: 3, autocomplete: 4, modalSubmit: 5 } as const

/** Callback types. */
export const CALLBACK = { reply: 4, deferReply: 5, deferUpdate: 6, update: 7, choices: 8, modal: 9 } as const

/** The first callback that counted. */
export interface Acknowledgement {
  readonly type: number
  readonly at: number
  /** Milliseconds of the stand-in's clock since the interaction was made. */
  readonly afterMs: number
  readonly ephemeral: boolean
}

/** Something the person saw: a reply, an edit of it, the clicked message changed, a follow-up, or a modal. */
export type Answer =
  | {
      readonly kind: "reply" | "edit" | "update" | "follow-up"
      readonly ephemeral: boolean
      readonly message: MessageObject
    }
  | { readonly kind: "modal"; readonly ephemeral: true; readonly modal: ModalObject }

/** An answer that is a message. */
export type ShownMessage = Extract<Answer, { readonly message: MessageObject }>

export interface Origin {
  readonly id: string
  readonly token: string
  readonly type: number
  readonly userId: string
  readonly channelId: string
  readonly guildId: string | undefined
  readonly at: number
  /** The message whose button was clicked. */
  readonly clicked: MessageRecord | undefined
}

export class Interaction {
  readonly origin: Origin
  readonly #changes: Changes
  readonly #submit: (modal: ModalObject, values: Readonly<Record<string, string>>) => Interaction
  /** All that was shown, oldest first. */
  readonly answers: Array<Answer> = []
  /** Codes of callbacks and follow-ups that were turned away, as 10062 and 40060. */
  readonly refusals: Array<number> = []
  acknowledgement: Acknowledgement | undefined
  /** What `@original` means. */
  original: MessageRecord | undefined

  constructor(
    origin: Origin,
    changes: Changes,
    submit: (modal: ModalObject, values: Readonly<Record<string, string>>) => Interaction
  ) {
    this.origin = origin
    this.#changes = changes
    this.#submit = submit
  }

  get id(): string {
    return this.origin.id
  }

  /** The first callback that was accepted. */
  acknowledged(withinMs?: number): Promise<Acknowledgement> {
    const what = `an acknowledgement of interaction ${this.id}${this.#turnedAway()}`
    return this.#changes.until(what, () => this.acknowledgement, withinMs)
  }

  /** The first message shown (that holds); a deferral alone shows none. Includes what was already shown. */
  answer(holds: (shown: ShownMessage) => boolean = () => true, withinMs?: number): Promise<ShownMessage> {
    const what = `an answer to interaction ${this.id}${this.#turnedAway()}`
    const look = () => this.answers.find((shown): shown is ShownMessage => shown.kind !== "modal" && holds(shown))
    return this.#changes.until(what, look, withinMs)
  }

  /** The modal the application opened. */
  async modal(withinMs?: number): Promise<ModalObject> {
    const look = () => this.answers.find((shown) => shown.kind === "modal")
    const shown = await this.#changes.until(`a modal in answer to interaction ${this.id}`, look, withinMs)
    return shown.modal
  }

  /** Fills in the modal the application opened and sends it. Values by the fields' custom ids; an optional one may be left out. */
  submit(values: Readonly<Record<string, string>>): Interaction {
    const shown = this.answers.find((one) => one.kind === "modal")
    if (shown === undefined) throw new Error("no modal was opened: wait for modal() first")
    checkFilled(shown.modal, values)
    return this.#submit(shown.modal, values)
  }

  #turnedAway(): string {
    return this.refusals.length === 0 ? "" : ` (turned away so far: ${this.refusals.join(", ")})`
  }
}
