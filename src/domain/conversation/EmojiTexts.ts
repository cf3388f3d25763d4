/**
 * The seed's own wording, with its emoji and bullets (requirements S26-S37). It costs up to three segments a text, which
 * is why it stands behind a setting. Lines missing here are worded plainly.
 */
import type { Wording } from "./Texts.ts"

const GUIDES: Readonly<Record<string, string>> = {
  idle:
    "\u{1f4da} Here's what I can do:\n• Text 'plan' - Get personalized meal plan\n" +
    "• Text 'help' - See this message\n• Text 'new' - Set up your account",
  analysis_sent:
    "\u{1f4da} Your meal plan is ready! You can:\n• Reply 'yes' - Confirm and get recipes\n" +
    "• Reply 'swap X for Y' - Change ingredients\n• Reply 'skip Monday' - Remove days\n• Reply 'help' - See options",
  confirmed:
    "\u{1f4da} Order confirmed! You can:\n• Reply 'recipes now' - Get recipes immediately\n" +
    "• Wait for automatic delivery (day before)\n• Reply 'help' - See options"
}

const lines: Wording = {
  analyzing: () => "\u{1f4e6} Analyzing your Farm to People cart...",
  already_working: () => "⏳ Already working on your meal plan. One moment...",
  confirmed: ({ due }) =>
    due === null
      ? "✅ Perfect! Generating your detailed recipes..."
      : `✅ Perfect! Your detailed recipes come ${due}. Reply 'recipes now' to get them right away.`,
  swapping: ({ old, new: wanted }) => `\u{1f504} Swapping ${old} for ${wanted}...`,
  skipping: ({ days }) => `\u{1f4c5} Removing ${days.join(", ")} from your meal plan...`,
  sending_recipes: () => "\u{1f4e7} Sending your recipe PDF now...",
  plan_failed: () => "⚠️ Had trouble analyzing your cart. Reply 'plan' to try again."
}

export const emojiTexts = {
  lines,
  guide: (status: string): string => GUIDES[status] ?? GUIDES["idle"] ?? ""
}
