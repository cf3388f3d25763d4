/**
 * The documented bodies of answers (U15), fields in their documented order. A question that got past the door is always
 * answered with one of these and HTTP 200; messages are sentences of ours and quote nothing.
 */
import type { AnalyticsAnswer } from "./AnalystApi.ts"
import type { Question } from "./Question.ts"

/** Why there is no answer now. */
export type Failure = "timestamp" | "gone" | "busy" | "failed" | "stopping" | "late" | "lateInSession"

const FAILURES: Readonly<Record<Failure, { readonly status_code: number; readonly message: string }>> = {
  timestamp: {
    status_code: 400,
    message: "Invalid timestamp format. Expected format: YYYY-MM-DDTHH:mm:ssZ. Example: 2024-01-15T10:30:00Z"
  },
  gone: { status_code: 410, message: "This question was answered a while ago. The answer is in the session." },
  busy: {
    status_code: 429,
    message: "Too many questions are waiting in this session. Try again when one is answered."
  },
  failed: { status_code: 500, message: "The question could not be answered." },
  stopping: { status_code: 503, message: "The service is restarting. Try again in a moment." },
  late: { status_code: 504, message: "The answer took too long. Try again." },
  lateInSession: { status_code: 504, message: "The answer takes longer than usual. It will be in the session." }
}

export const answerBody = ({ query, sessionId }: Question, message: string): AnalyticsAnswer => ({
  message,
  status: "success",
  response: { query },
  session_id: sessionId,
  status_code: 200
})

export const failureBody = ({ sessionId }: Question, failure: Failure): AnalyticsAnswer => {
  const { message, status_code } = FAILURES[failure]
  return { message, status: "error", response: {}, session_id: sessionId, status_code }
}
