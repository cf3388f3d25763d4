/**
 * The forms under which other systems keep one phone number, and the one question that matters: is this stored text that
 * number? Upstream tables kept `+1...`, digits with and without the country code side by side, which hid people from
 * their own data and once showed them another person's. What a text means is decided by the domain's own reading.
 */
import * as Result from "effect/Result"
import { normalise } from "#domain/Phone.ts"

/** Whether a stored text is this number, however it is written. */
export const isSameNumber = (stored: string, phone: string): boolean =>
  Result.match(normalise(stored), { onFailure: () => false, onSuccess: (number) => number === phone })

/** Whether the text is a number in the form conversations are addressed by. */
export const isPhone = (text: string): boolean => isSameNumber(text, text)

/** Every plain form of a number that reads as this number and no other; the number itself comes first. */
export const storedForms = (phone: string): ReadonlyArray<string> =>
  [phone, phone.slice(1), phone.slice(2)].filter((form) => isSameNumber(form, phone))
