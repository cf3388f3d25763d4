/**
 * Calendar arithmetic of deliveries, in the service's time zone and safe over clock changes. Dates are `YYYY-MM-DD`;
 * moments are epoch milliseconds. Pure: the moment asked about is an input.
 */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"

const startOf = (date: string): DateTime.Utc => DateTime.makeUnsafe(`${date}T00:00:00Z`)

/** A real calendar day as `YYYY-MM-DD`. */
export const DeliveryDate = Schema.String.check(
  Schema.isPattern(/^\d{4}-\d{2}-\d{2}$/),
  Schema.makeFilter((date: string) => {
    const day = new Date(`${date}T00:00:00Z`)
    return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date) ? undefined : "expected a real day"
  })
)

/** The local day at a moment. */
export const localDay = (at: number, zone: DateTime.TimeZone): string =>
  DateTime.formatIsoDate(DateTime.setZone(DateTime.makeUnsafe(at), zone))

/** The next Thursday that is at least two local days after the moment. */
export const nextDelivery = (at: number, zone: DateTime.TimeZone): string => {
  const earliest = DateTime.add(startOf(localDay(at, zone)), { days: 2 })
  const thursday = 4
  const wait = (thursday - DateTime.getPartUtc(earliest, "weekDay") + 7) % 7
  return DateTime.formatIsoDateUtc(DateTime.add(earliest, { days: wait }))
}

/** 10:00 local time on the day before the delivery (S58). */
export const recipesDueAt = (deliveryDate: string, zone: DateTime.TimeZone): number => {
  const { year, month, day } = DateTime.toPartsUtc(DateTime.subtract(startOf(deliveryDate), { days: 1 }))
  return DateTime.toEpochMillis(
    DateTime.makeZonedUnsafe({ year, month, day, hour: 10 }, { timeZone: zone, adjustForTimeZone: true })
  )
}
