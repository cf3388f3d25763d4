/**
 * How stored days of older versions become current ones: one step per version, append-only.
 */
import type { Migration } from "#domain/ActorDefinition.ts"

/** Version 2 knows how grave an alert became; before it, only how grave it was when it was opened. */
const asGraveAsOpened: Migration = (state) => {
  const context = state.context as { readonly alerts: Readonly<Record<string, { readonly severity: string }>> }
  const alerts = Object.entries(context.alerts).map(
    ([id, alert]) => [id, { ...alert, final_severity: alert.severity }] as const
  )
  return { ...state, context: { ...context, alerts: Object.fromEntries(alerts) } }
}

export const migrations: ReadonlyArray<Migration> = [asGraveAsOpened]
