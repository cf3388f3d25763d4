/**
 * A member among its alerts, with all messages between them under way until a test delivers them. The alerts are a model of
 * what an alert promises a member: the first signal opens it, a closed one passes back what it cannot hear. Messages between
 * two actors keep their order, as in the runtime. That the real alert keeps these promises is a test of its own.
 */
import type { AlertEvent, AlertId, Signal } from "#domain/ash/Alert.ts"
import type { MemberEvent } from "#domain/ash/Member.ts"
import { type CrisisSeverity, higherOf, isHigher } from "#domain/ash/Severity.ts"
import { MemberDriver } from "./Driver.ts"

/** One alert, as far as its member can tell. */
export class ModelAlert {
  readonly id: AlertId
  state: "unopened" | "open" | "closed" = "unopened"
  readonly heard: Array<Signal> = []
  readonly inbox: Array<AlertEvent> = []
  /** To the member, in order. */
  readonly outbox: Array<MemberEvent> = []

  constructor(id: AlertId) {
    this.id = id
  }

  get #severity(): CrisisSeverity {
    return this.heard.map(gravity).reduce(higherOf, "low")
  }

  hear(type: AlertEvent["type"], signal: Signal): void {
    if (this.state === "unopened" && type === "OPEN") this.state = "open"
    else if (this.state === "closed" && type === "OPEN")
      this.#tell({ type: "ALERT_CLOSED", alertId: this.id, at: signal.at })
    if (this.state === "open") this.heard.push(signal)
    else if (this.state === "unopened" || type !== "ANALYSED" || this.#isNews(signal)) {
      this.#tell({ type: "SIGNAL_UNHEARD", signal })
    }
  }

  close(at: number): void {
    if (this.state !== "open") return
    this.state = "closed"
    this.#tell({ type: "ALERT_CLOSED", alertId: this.id, at })
  }

  #isNews(signal: Signal): boolean {
    return signal.humanWanted !== null || isHigher(gravity(signal), this.#severity)
  }

  #tell(event: MemberEvent): void {
    this.outbox.push(event)
  }
}

const gravity = ({ severity, humanWanted }: Signal): CrisisSeverity =>
  humanWanted === null ? severity : higherOf(severity, "high")

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
    if (event !== undefined && "signal" in event) alert.hear(event.type, event.signal)
    return event !== undefined
  }

  /** The member takes the next message of an alert; `lost`: it never arrives. */
  toMember(id: AlertId, lost = false): boolean {
    const event = this.#at(id).outbox.shift()
    if (event !== undefined && !lost) this.act((member) => member.hear(event))
    return event !== undefined
  }

  close(id: AlertId): void {
    this.#at(id).close(this.member.now)
  }

  /** The alert's record is gone, as after an operator's mistake. */
  forget(id: AlertId): void {
    this.#at(id).state = "unopened"
    this.#at(id).heard.length = 0
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
    const alert = new ModelAlert(id)
    this.alerts.set(id, alert)
    return alert
  }
}
