/**
 * A member among its alerts, with all messages between them under way until a test delivers them. The alerts are a model of
 * what an alert promises a member: the first signal opens it, a closed one passes on what it cannot hear, except news of its
 * own message, which it tells itself. Messages between two actors keep their order, as in the runtime.
 */
import type { AlertEvent, AlertId, Signal } from "#domain/ash/Alert.ts"
import type { MemberEvent } from "#domain/ash/Member.ts"
import { MemberDriver } from "./Driver.ts"

interface ModelAlert {
  state: "unopened" | "open" | "closed"
  own: string
  readonly heard: Array<Signal>
  readonly inbox: Array<AlertEvent>
  /** To the member, in order. */
  readonly outbox: Array<MemberEvent>
}

export class ModelAlerts {
  readonly member = new MemberDriver().posts("1", "")
  readonly alerts = new Map<AlertId, ModelAlert>()

  get open(): ReadonlyArray<AlertId> {
    return [...this.alerts].filter(([, { state }]) => state === "open").map(([id]) => id)
  }
  get heard(): ReadonlyArray<Signal> {
    return [...this.alerts.values()].flatMap(({ heard }) => heard)
  }

  /** The member does something; what it says is under way afterwards. */
  act(happens: (member: MemberDriver) => unknown): void {
    happens(this.member)
    for (const { alert, event } of this.member.told) this.#at(alert).inbox.push(event)
  }

  /** An alert takes its next message. False when there is none. */
  toAlert(id: AlertId): boolean {
    const alert = this.#at(id)
    const event = alert.inbox.shift()
    if (event !== undefined && "signal" in event) this.#hears(id, alert, event.type, event.signal)
    return event !== undefined
  }

  /** The member takes the next message of an alert; `lost`: it never arrives. */
  toMember(id: AlertId, lost = false): boolean {
    const event = this.#at(id).outbox.shift()
    if (event !== undefined && !lost) this.act((member) => member.hear(event))
    return event !== undefined
  }

  close(id: AlertId): void {
    const alert = this.#at(id)
    if (alert.state !== "open") return
    alert.state = "closed"
    alert.outbox.push({ type: "ALERT_CLOSED", alertId: id, at: this.member.now })
  }

  /** The alert's record is gone, as after an operator's mistake. */
  forget(id: AlertId): void {
    this.#at(id).state = "unopened"
  }

  /** Delivers everything there is. Throws when the two never come to rest. */
  settle(): void {
    for (let count = 0; count < 1000; count++) {
      const busy = [...this.alerts.keys()].some((id) => this.toAlert(id) || this.toMember(id))
      if (!busy) return
    }
    throw new Error("they keep passing messages to each other")
  }

  #at(id: AlertId): ModelAlert {
    const known = this.alerts.get(id)
    if (known !== undefined) return known
    const alert: ModelAlert = { state: "unopened", own: "", heard: [], inbox: [], outbox: [] }
    this.alerts.set(id, alert)
    return alert
  }

  #hears(id: AlertId, alert: ModelAlert, type: AlertEvent["type"], signal: Signal): void {
    if (alert.state === "unopened" && type === "OPEN") {
      alert.state = "open"
      alert.own = signal.messageId
    }
    const itsOwn = alert.state === "closed" && signal.messageId === alert.own
    if (alert.state === "closed" && type === "OPEN") {
      alert.outbox.push({ type: "ALERT_CLOSED", alertId: id, at: signal.at })
    }
    if (alert.state === "open" || itsOwn) alert.heard.push(signal)
    else alert.outbox.push({ type: "SIGNAL_UNHEARD", signal })
  }
}
