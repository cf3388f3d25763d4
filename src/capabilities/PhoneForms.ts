/**
 * The forms under which other systems keep one phone number, and the one question that matters: is this stored text that
 * number? Upstream tables kept `+1...`, digits with and without the country code side by side, which hid people from
 * their own data and once showed them another person's. A ten-digit number is read as North American and nothing else.
 */

const E164 = /^\+[1-9]\d{7,14}$/

/** Whether the text is a number in E.164. */
export const isE164 = (text: string): boolean => E164.test(text)

/** A stored number as E.164; `null` when it cannot be one. */
export const toE164 = (stored: string): string | null => {
  const bare = stored.trim().replace(/[\s().-]/g, "")
  if (!/^\+?\d+$/.test(bare)) return null
  if (bare.startsWith("+")) return isE164(bare) ? bare : null
  const full = bare.length === 10 ? `+1${bare}` : `+${bare}`
  return isE164(full) ? full : null
}

/** Every plain form of an E.164 number that reads as this number and no other; the number itself comes first. */
export const storedForms = (phone: string): ReadonlyArray<string> =>
  [phone, phone.slice(1), phone.slice(2)].filter((form) => toE164(form) === phone)
