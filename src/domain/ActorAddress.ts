/**
 * Where an actor lives: its type (a row of the registry) and its id (unique within the type).
 *
 * Both parts are branded, so a phone number cannot be passed where an actor id is wanted. An address may contain a
 * phone number: it must never be logged. Log `fingerprint(address)` of the runtime instead.
 */
import type * as Brand from "effect/Brand"

export type ActorType = string & Brand.Brand<"ActorType">
export type ActorId = string & Brand.Brand<"ActorId">

const checked =
  <A extends string>(rule: RegExp, message: string) =>
  (value: string): A => {
    if (!rule.test(value)) throw new TypeError(message)
    return value as A
  }

/** 1 to 40 of `a-z`, `0-9` and `-`, starting with a letter: the name of a registered machine. Throws otherwise. */
export const ActorType = checked<ActorType>(
  /^[a-z][a-z0-9-]{0,39}$/,
  "an actor type is 1 to 40 of a-z, 0-9 and -, starting with a letter"
)

/** 1 to 256 characters without control characters. Throws otherwise; the message never carries the value. */
export const ActorId = checked<ActorId>(
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what this refuses
  /^[^\u0000-\u001f\u007f]{1,256}$/,
  "an actor id is 1 to 256 characters without control characters"
)

export interface ActorAddress {
  readonly type: ActorType
  readonly id: ActorId
}

/** Builds an address from plain strings. Throws when either part is malformed. */
export const address = (type: string, id: string): ActorAddress => ({ type: ActorType(type), id: ActorId(id) })

/** `type/id`, the form used in store keys. A type holds no slash, so `parse` is its exact inverse. */
export const format = (address: ActorAddress): string => `${address.type}/${address.id}`

export const parse = (text: string): ActorAddress => {
  const slash = text.indexOf("/")
  if (slash < 0) throw new TypeError("an address is a type, a slash and an id")
  return address(text.slice(0, slash), text.slice(slash + 1))
}
