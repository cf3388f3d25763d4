/**
 * What a person is told of an action, and the codes programs read beside it. `ok` is true only when the host now is as the
 * person wanted it. Nothing of an answer's text is repeated: the words are ours, the names are those of the action.
 */
import type { ActionResult, CodeHostAction } from "#domain/developer/CodeHost.ts"

type Target = Pick<CodeHostAction, "repo" | "prNumber">

/** `PR 12 in a/b`. */
export const pullName = ({ prNumber, repo }: Target): string => `PR ${prNumber} in ${repo}`

/** Done by this attempt. */
export const done = (message: string, url: string | null): ActionResult => ({ ok: true, code: "done", message, url })

/** Found done: by an earlier attempt, or by somebody else. */
export const alreadyDone = (message: string, url: string | null): ActionResult => ({
  ok: true,
  code: "already_done",
  message,
  url
})

/** Not done, and why. */
export const notDone = (code: string, message: string, url: string | null = null): ActionResult => ({
  ok: false,
  code,
  message,
  url
})

/** `2 checks`, `1 check`. */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? "" : "s"}`
