/**
 * The words the chart is written in: its types, jobs, actions, guards and delays. Actions are names with JSON params; what
 * they do to the conversation's memory is in `memory.ts`, what leaves the process are only `reply` and `sendSms`, as data.
 */
import { assertEvent, assign, fromPromise, setup } from "xstate"
import { INTENT_NAMES, understand } from "#domain/conversation/Intent.ts"
import { type Situation, type Status } from "#domain/conversation/Guides.ts"
import { dueInWords, notesFit, render, type Line, type SimpleKey } from "#domain/conversation/Texts.ts"
import type { AnalysisSummary, ConversationJobs, ConversationReply } from "#domain/MealPlan.ts"
import * as memory from "./memory.ts"
import { doing, isLate, send, sms, timeOf } from "./outgoing.ts"
import { giveUpWaiting, hearMessage, waitId } from "./parts.ts"
import {
  MAX_MODIFICATIONS,
  type ConversationContext,
  type ConversationEvent,
  type ConversationInput,
  type ConversationSms
} from "./schema.ts"

/** A job as the chart knows it: input and output. The runtime runs the real one as an outbox effect. */
const job = <K extends keyof ConversationJobs>() =>
  fromPromise<ConversationJobs[K]["output"], ConversationJobs[K]["input"]>(() =>
    Promise.reject(new Error("no handler"))
  )

export type Apology = "plan_failed" | "change_failed" | "change_refused" | "recipes_failed" | "account_failed"

const isBlocked = (event: object): boolean =>
  "code" in event && (event.code === "recipient_blocked" || event.code === "21610")

/** After the recipes of a confirmed plan failed, "plan" is the wrong advice: it would drop that plan. */
const situationOf = ({ confirmation_status }: ConversationContext, status: Status): Situation =>
  status === "error" && confirmation_status === "confirmed" ? "recipes_failed" : status

type User = ConversationJobs["readUser"]["output"]
type Recipes = ConversationJobs["makeRecipes"]["output"]

export const conversation = setup({
  types: {} as {
    context: ConversationContext
    events: ConversationEvent
    input: ConversationInput
  },
  actors: {
    readUser: job<"readUser">(),
    readCart: job<"readCart">(),
    planMeals: job<"planMeals">(),
    makeRecipes: job<"makeRecipes">()
  },
  delays: {
    jobDeadline: ({ context }) => context.settings.jobDeadlineMs,
    progress: ({ context }) => context.settings.progressAfterMs,
    /** From the confirmation to the moment the recipes go out by themselves (S58). */
    recipesDue: ({ context: { last_analysis, confirmedAt, heardAt } }) =>
      Math.max(0, (last_analysis?.recipes_due_at ?? 0) - (confirmedAt ?? heardAt))
  },
  guards: {
    hasConfirmedPlan: ({ context }) => context.last_analysis !== null && context.confirmation_status === "confirmed",
    hasMeals: ({ context }) => (context.last_analysis?.meals.length ?? 0) > 0,
    agreesToThePlan: ({ context, event }) =>
      "agreed" in event && event.agreed && (context.last_analysis?.meals.length ?? 0) > 0,
    hasRoomForTheChanges: ({ context, event }) =>
      "changes" in event && context.modifications.length + event.changes.length <= MAX_MODIFICATIONS,
    accountIsReady: (_, user: User) => user.account === "ready",
    asksForANewPlan: ({ event }) => "explicit" in event && event.explicit,
    /** The recipes were due when the plan was confirmed, so the texter is waiting for them. */
    wasPromisedAtOnce: ({ context, event }) =>
      (context.last_analysis?.recipes_due_at ?? 0) <= (context.confirmedAt ?? 0) && !isLate(event),
    mentionsPlan: ({ event }) => "mentionsPlan" in event && event.mentionsPlan,
    saysRecipientBlocked: ({ context, event }) =>
      event.type === "SMS_FAILED" && isBlocked(event) && !memory.isOvertaken(context, event.requestedAt)
  },
  actions: {
    // What leaves the conversation. The runtime turns both into data of the turn's commit.
    reply: (_, _params: ConversationReply) => {},
    sendSms: (_, _params: ConversationSms) => {}
  }
}).extend({
  actions: {
    // Hearing.
    hear: doing(({ context, event, enqueue }) => {
      assertEvent(event, "MESSAGE_RECEIVED")
      const outcome = hearMessage(context, event)
      enqueue.assign(outcome.heard)
      if (outcome.kind === "whole") {
        if (outcome.joinedRef !== null) enqueue.cancel(waitId(outcome.joinedRef))
        enqueue.raise({
          type: "TEXT_RECEIVED",
          text: outcome.text,
          at: event.at,
          via: event.replyVia,
          optOutHandled: event.optOutHandled === true
        })
        return
      }
      if (outcome.kind === "waiting" && outcome.first) {
        enqueue.raise(
          { type: "PARTS_WAITED", ref: outcome.ref },
          { id: waitId(outcome.ref), delay: context.settings.partsWaitMs }
        )
      }
      enqueue.assign({ answer: memory.silence(event.replyVia, "partial") })
      enqueue.raise({ type: "ANSWER_DUE" })
    }),
    hearWhatCame: doing(({ context, event, enqueue }) => {
      assertEvent(event, "PARTS_WAITED")
      const at = timeOf(event, context)
      const came = giveUpWaiting(context, event.ref, at)
      if (came === null) return
      enqueue.assign(came.heard)
      enqueue.raise({ type: "TEXT_RECEIVED", text: came.text, at, via: "later", optOutHandled: false })
    }),
    understand: doing(({ context, event, enqueue }) => {
      assertEvent(event, "TEXT_RECEIVED")
      const intent = understand(event.text)
      const keyword = intent.type === "STOP_REQUESTED" || intent.type === "START_REQUESTED" || "keyword" in intent
      const muted = event.optOutHandled && keyword && intent.type !== "AGREED"
      const answer = { via: event.via, muted, heard: INTENT_NAMES[intent.type] }
      enqueue.assign(memory.openAnswer(context, event, answer, memory.unanswered(intent)))
      if (intent.type === "STOP_REQUESTED") enqueue.assign({ stopConfirmed: event.optOutHandled })
      enqueue.raise(intent)
      enqueue.raise({ type: "ANSWER_DUE" })
    }),
    /** A stopped number is heard for START (or UNSTOP, or YES) and HELP only; all else is met with silence (B10). */
    understandConsent: doing(({ context, event, enqueue }) => {
      assertEvent(event, "TEXT_RECEIVED")
      const intent = understand(event.text)
      const start = intent.type === "START_REQUESTED" || (intent.type === "AGREED" && intent.keyword)
      const help = intent.type === "HELP_REQUESTED" && intent.keyword
      const heard = start ? "start" : help ? "help" : INTENT_NAMES[intent.type]
      // A provider that confirmed the STOP confirms a YES as well, without a word to us.
      const muted = event.optOutHandled || (intent.type === "AGREED" && context.stopConfirmed)
      const answer = { via: event.via, muted, heard }
      enqueue.assign(memory.openAnswer(context, event, answer, "default"))
      enqueue.assign(({ context: opened }) => memory.decide(opened, help ? { key: "help_stopped" } : null))
      if (start) enqueue.raise({ type: "START_REQUESTED" })
      enqueue.raise({ type: "ANSWER_DUE" })
    }),

    // Answering.
    /** Decides what this turn answers. */
    say: assign(({ context }, line: Line) => memory.decide(context, line)),
    /** S26. A confirmed plan keeps its changes to itself, which is said where there are any. */
    sayAnalyzing: assign(({ context }) => {
      const anew = context.confirmation_status === "confirmed" && context.modifications.length > 0
      return memory.decide(context, { key: anew ? "analyzing_anew" : "analyzing" })
    }),
    sayChanges: assign(({ context, event }) => {
      assertEvent(event, ["SWAP_REQUESTED", "SKIP_REQUESTED"])
      const [change, ...others] = memory.named(context, event.changes)
      if (change === undefined) return {}
      if (others.length > 0) return memory.decide(context, { key: "changing", changes: [change, ...others] })
      const { type, ...rest } = change
      return memory.decide(context, "days" in rest ? { key: "skipping", ...rest } : { key: "swapping", ...rest })
    }),
    sayWhatElse: assign(({ context, event }) => {
      assertEvent(event, "SWAP_UNCLEAR")
      const old = event.old === null ? null : memory.mealNamed(context, event.old)
      return memory.decide(context, { key: "swap_unclear", old, said: event.old })
    }),
    sayDue: assign(({ context }, { key }: { readonly key: "confirmed" | "all_set" }) =>
      memory.decide(context, {
        key,
        due:
          context.last_analysis === null
            ? null
            : dueInWords(context.last_analysis, key === "confirmed" ? (context.confirmedAt ?? 0) : context.heardAt)
      })
    ),
    /** Gives the answer: exactly one reply for every message, and a text when the reply cannot carry one. */
    answer: doing(({ context, enqueue }, { status }: { readonly status: Status }) => {
      if (context.answer === null) return
      const { line, muted, via, intent } = context.answer
      const text = line === null || muted ? null : render(line, situationOf(context, status), context.settings)
      if (via !== "later") {
        enqueue({ type: "reply", params: { text: via === "answer" ? text : null, status, intent } })
      }
      if (line !== null && text !== null) {
        if (via !== "answer") enqueue({ type: "sendSms", params: sms(context, line, text, "texter") })
        enqueue.assign(memory.recordSent(context, text, context.heardAt))
      }
      enqueue.assign({ answer: null })
    }),
    /** A text of its own, between messages. */
    text: doing(
      ({ context, event, enqueue }, { key, status }: { readonly key: SimpleKey; readonly status: Status }) => {
        send(enqueue, context, event, { key }, status, "texter")
      }
    ),
    /** S44: keeps what the planner made and shows it. */
    presentPlan: doing(
      ({ context, event, enqueue }, { analysis, changed }: { analysis: AnalysisSummary; changed: boolean }) => {
        const last_analysis = memory.keepable(analysis)
        const { meals, notes: all = [] } = last_analysis
        const notes = changed ? memory.unreadNotes(context, last_analysis) : all
        const together = notes.length === 0 || notesFit({ meals, notes })
        enqueue.assign({ last_analysis, planned: context.modifications.length })
        // The plan comes last: it ends with what to reply.
        if (!together) send(enqueue, context, event, { key: "plan_notes", notes }, "analysis_sent", "texter")
        const plan: Line = { key: "plan_ready", meals, notes: together ? notes : [] }
        send(enqueue, context, event, plan, "analysis_sent", "texter")
      }
    ),
    sendRecipes: doing(({ context, event, enqueue }, { url }: Recipes) => {
      send(enqueue, context, event, { key: "recipes", url }, "recipes_sent", context.recipesFor)
    }),
    /** Not registered, or no store login linked: the way to change that. */
    invite: doing(({ context, event, enqueue }, user: User) => {
      if (user.account !== "ready") send(enqueue, context, event, { key: "onboarding", ...user }, "idle", "texter")
    }),
    welcome: doing(({ context, event, enqueue }, user: User) => {
      if (user.account === "ready") enqueue.assign({ user_preferences: user.preferences })
      send(enqueue, context, event, { key: "account_ready" }, "idle", "texter")
    }),
    /**
     * A job failed or took too long: says so, whoever waits for it, and how to try again (S45, X14). Long after the fact
     * nobody waits any more, and the apology keeps quiet hours.
     */
    apologise: doing(({ context, event, enqueue }, { key }: { readonly key: Apology }) => {
      const recipes = key === "recipes_failed"
      const from = isLate(event) ? "us" : recipes ? context.recipesFor : "texter"
      send(enqueue, context, event, { key }, "error", from)
      enqueue.assign(({ context: now }) => memory.countError(now))
      if (recipes) enqueue.assign({ recipes_sent: false })
    }),

    // Remembering.
    startOver: assign(() => memory.startOver()),
    beginPlan: assign(({ context }) => memory.beginPlan(context)),
    keepPreferences: assign((_, user: User) =>
      user.account === "ready" ? { user_preferences: user.preferences } : {}
    ),
    keepCart: assign((_, cart: ConversationJobs["readCart"]["output"]) => memory.keepCart(cart)),
    /** S9, X5: the changes are part of the turn that heard them. */
    recordChanges: assign(({ context, event }) => {
      assertEvent(event, ["SWAP_REQUESTED", "SKIP_REQUESTED"])
      return memory.addModifications(context, event.changes)
    }),
    /** A change failed for good: it goes, with all that no plan has been made with yet. */
    dropUnplanned: assign(({ context }) => ({ modifications: context.modifications.slice(0, context.planned) })),
    confirm: assign(({ context }) => ({ confirmation_status: "confirmed" as const, confirmedAt: context.heardAt })),
    /** Who wants the recipes now: the texter, or our timer (which keeps quiet hours). */
    aimRecipes: assign((_, { from }: { readonly from: "texter" | "us" }) => ({ recipesFor: from })),
    /** S31. Taken back when making them fails. */
    markRecipesSent: assign({ recipes_sent: true }),
    unblock: assign(({ context }) => ({ unblock: true, subscribedAt: context.heardAt })),
    countError: assign(({ context }) => memory.countError(context)),
    /** The provider took a text: its receipts are expected under these ids. */
    noteSent: assign(({ context, event }) => {
      assertEvent(event, "SMS_SENT")
      const ids = (event.output as { readonly messageIds?: unknown } | null | undefined)?.messageIds
      return Array.isArray(ids) ? memory.recordAccepted(context, ids, timeOf(event, context)) : {}
    }),
    noteReceipt: doing(({ context, event, enqueue }) => {
      assertEvent(event, "DELIVERY_REPORTED")
      const receipts = memory.recordReceipt(context, event)
      if (receipts === null) return
      enqueue.assign(receipts)
      if (event.status !== "failed") return
      enqueue.assign(({ context: now }) => memory.countError(now))
      const takenAt = context.receipts.find(({ messageId }) => messageId === event.messageId)?.takenAt
      if (isBlocked(event) && !memory.isOvertaken(context, takenAt)) enqueue.raise({ type: "RECIPIENT_BLOCKED" })
    }),
    reportBlocked: doing(({ enqueue }) => enqueue.raise({ type: "RECIPIENT_BLOCKED" }))
  }
})
