/** A service with nothing around it: no Discord, no provider. For scenarios of what it does to its store by itself. */
import { type Environment, openGround, type ProcessOptions, ProcessWorld } from "./ProcessWorld.ts"
import { freePort, type ServiceProcess } from "./ServiceProcess.ts"

export class BareWorld extends ProcessWorld<ProcessOptions> {
  static async open(options: ProcessOptions): Promise<BareWorld> {
    return new BareWorld(options, await openGround(options))
  }

  protected surroundings(): Environment {
    return {}
  }

  protected endSurroundings(): Promise<void> {
    return Promise.resolve()
  }

  /** Starts a process beside those that run. */
  override async start(extra: Environment = {}, entry?: string): Promise<ServiceProcess> {
    return super.start({ PORT: String(await freePort()), ...extra }, entry)
  }
}
