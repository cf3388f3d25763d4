/**
 * The conversation that most fault scenarios disturb: a plan, a change, a yes, the recipes at once. It is paced by what the
 * texter sees, so it is the same conversation whatever happens to the processes.
 */
import type { ConversationDocument } from "#machines/conversation/schema.ts"
import { PHONE, said, type World } from "#test/harness/World.ts"
import { timeless, tokenless } from "./twice.ts"

export interface Outcome {
  /** What the texter got as answers to each message. */
  readonly answers: ReadonlyArray<ReadonlyArray<string>>
  /** What the texter got between messages, in order. */
  readonly texts: ReadonlyArray<string>
  readonly document: unknown
  readonly modifications: ConversationDocument["context"]["modifications"]["length"]
}

/** What a scenario does around the n-th text that is sent between messages. */
export interface Around {
  readonly before?: (nth: number) => void
  readonly after?: (nth: number) => Promise<void>
}

/** Texts the whole conversation and waits until nothing is pending any more. */
export const wholeConversation = async (world: World, around: Around = {}, phone = PHONE): Promise<Outcome> => {
  const answers: Array<ReadonlyArray<string>> = []
  const text = async (body: string) => answers.push(said(await world.text(phone, body, `SMwhole${answers.length}`)))
  const come = async (nth: number) => {
    await world.sms(phone, nth)
    await around.after?.(nth)
  }
  around.before?.(1)
  await text("plan")
  await come(1)
  around.before?.(2)
  await text("swap salmon for tofu")
  await come(2)
  await text("yes")
  around.before?.(3)
  await text("recipes now")
  await come(3)
  await world.settled(phone)
  const document = await world.document(phone)
  return {
    answers,
    texts: (await world.sms(phone, 3)).map(tokenless),
    document: timeless(document),
    modifications: document.context.modifications.length
  }
}
