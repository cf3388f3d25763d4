/**
 * Phone numbers as conversations are addressed by: E.164, US numbers completed, short codes as given (wire.md 4). Two
 * spellings of one number must give one value, or a person has two conversations and STOP holds for only one of them.
 * Pure; a refusal names the rule that failed and never carries what was typed.
 */
import type * as Brand from "effect/Brand"
import * as Result from "effect/Result"
import { parsePhoneNumberFromString } from "libphonenumber-js"

/** E.164 with `+`, or a short code of 3 to 6 digits. */
export type Phone = string & Brand.Brand<"Phone">

export interface PhoneRefused {
  readonly _tag: "PhoneRefused"
  /** `empty` · `too_long` · `not_a_number`: other characters · `not_possible`: no numbering plan has such a number. */
  readonly rule: "empty" | "too_long" | "not_a_number" | "not_possible"
}

const refuse = (rule: PhoneRefused["rule"]): Result.Result<Phone, PhoneRefused> =>
  Result.fail({ _tag: "PhoneRefused", rule })

/**
 * Reads a number the way providers and people write it. Ten digits, or eleven from 1, are North American; other digits
 * are international with or without `+`. What carries a `+` and has the shape of E.164 is taken as given, even where no
 * numbering plan knows it: providers send such numbers for test traffic.
 */
export const normalise = (raw: string): Result.Result<Phone, PhoneRefused> => {
  const text = raw.trim()
  if (text === "") return refuse("empty")
  if (text.length > 40) return refuse("too_long")
  if (/^\d{3,6}$/.test(text)) return Result.succeed(text as Phone)
  if (!/^\+?[\d\s().\u2010-\u2015-]+$/.test(text)) return refuse("not_a_number")
  const digits = text.replace(/\D/g, "")
  const plus = text.startsWith("+")
  const national = !plus && (digits.length === 10 || (digits.length === 11 && digits.startsWith("1")))
  const parsed = parsePhoneNumberFromString(national ? digits : `+${digits}`, "US")
  if (parsed?.isPossible() === true) return Result.succeed(parsed.number as string as Phone)
  return plus && /^[1-9]\d{7,14}$/.test(digits) ? Result.succeed(`+${digits}` as Phone) : refuse("not_possible")
}
