/**
 * Phone numbers as conversations are addressed by: E.164, US numbers completed, short codes as given.
 */
import parsePhoneNumber from "libphonenumber-js"

/** `null` when it is neither a short code nor a possible phone number. */
export const normalise = (raw: string): string | null => {
  const text = raw.trim()
  if (/^\d{3,6}$/.test(text)) return text
  if (!/^\+?[\d\s().-]{7,25}$/.test(text)) return null
  const digits = text.replace(/\D/g, "")
  const national = !text.startsWith("+") && (digits.length === 10 || (digits.length === 11 && digits.startsWith("1")))
  const parsed = parsePhoneNumber(national ? digits : `+${digits}`, "US")
  return parsed === undefined || !parsed.isPossible() ? null : parsed.number
}
