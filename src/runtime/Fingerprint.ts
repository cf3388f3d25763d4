/**
 * Names for actors and effects that may be logged and sent. An actor id can be a phone number, so logs, spans and errors
 * carry a short fingerprint; providers get a long key that says nothing about whom it concerns.
 */
import { hash } from "node:crypto"
import { type ActorAddress, format } from "#domain/ActorAddress.ts"

/**
 * `type#6 hex`: enough to follow one actor through a log. 24 bits are shared by hundreds of possible phone numbers, so it
 * does not lead back to one.
 */
export const fingerprint = (address: ActorAddress): string =>
  `${address.type}#${hash("sha256", format(address)).slice(0, 6)}`

/** 32 hex characters, the same for the same actor and name in every process. */
export const stableKey = (address: ActorAddress, name: string): string =>
  hash("sha256", `${format(address)}|${name}`).slice(0, 32)
