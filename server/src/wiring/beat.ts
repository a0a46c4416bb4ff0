import { beatEveryMs } from '#ground/platform/process-beats.ts'
import type { Base } from './base.ts'

/** Says every few seconds that this process is well; silence is told by whoever runs the jobs. */
export function beat({ stores, instance, log }: Base, roles: readonly string[]): { stop(): Promise<void> } {
  const say = () =>
    stores.processes
      .beat(instance, roles.join(', '), Date.now())
      .catch((cause: unknown) =>
        log.warn({ cause: String(cause) }, 'nobody could be told that this process is well'),
      )
  void say()
  const timer = setInterval(say, beatEveryMs)
  return {
    async stop() {
      clearInterval(timer)
      await stores.processes.end(instance).catch(() => undefined)
    },
  }
}
