/**
 * Texts as Twilio delivers them: a form with all its fields, signed for the public address before anything is measured.
 * Every text is a new message of one of a thousand phones, which write in turn.
 */
import type { Request } from "autocannon"
import { CREDENTIALS, signTwilio } from "#test/harness/ProviderStandIn.ts"

export const PHONES: ReadonlyArray<string> = Array.from(
  { length: 1000 },
  (_, nth) => `+1202555${String(nth).padStart(4, "0")}`
)

/** Understood or not, each is answered with one text and starts no job. */
const SAID = ["what is this", "thanks a lot", "how does it work"]

const fieldsOf = (nth: number): Record<string, string> => {
  const sid = `SM${String(nth).padStart(32, "0")}`
  return {
    ToCountry: "US",
    ToState: "",
    SmsMessageSid: sid,
    NumMedia: "0",
    ToCity: "",
    FromZip: "10001",
    SmsSid: sid,
    FromState: "NY",
    SmsStatus: "received",
    FromCity: "NEW YORK",
    Body: SAID[nth % SAID.length] ?? "",
    FromCountry: "US",
    To: CREDENTIALS.TWILIO_FROM,
    ToZip: "",
    NumSegments: "1",
    MessageSid: sid,
    AccountSid: CREDENTIALS.TWILIO_ACCOUNT_SID,
    From: PHONES[nth % PHONES.length] ?? "",
    ApiVersion: "2010-04-01"
  }
}

/** The nth text as a signed webhook, ready to send. */
export const textRequest = (url: URL, nth: number): Request => {
  const fields = fieldsOf(nth)
  const headers = {
    "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
    "user-agent": "TwilioProxy/1.1",
    accept: "*/*",
    "x-twilio-signature": signTwilio(CREDENTIALS.TWILIO_AUTH_TOKEN, url.href, fields)
  }
  return { method: "POST", path: url.pathname, headers, body: new URLSearchParams(fields).toString() }
}
