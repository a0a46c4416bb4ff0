import { describeRestart } from '#doors/supervisor/describe-restart.ts'
import type { OwnSupervisor } from '#doors/supervisor/own-supervisor.ts'
import { oftenFrom } from '#doors/supervisor/words.ts'
import type { Base } from './base.ts'

/** Long enough that people are told of it, and that whoever looks finds it. */
const toldForMs = 900_000

/** Writes down why this process was started again, for its supervisor, which opens no store; and tells people. */
export function noteRestart(
  { stores, instance, alarms, config, log }: Pick<Base, 'stores' | 'instance' | 'alarms' | 'config' | 'log'>,
  roles: readonly string[],
  supervisor: OwnSupervisor,
): void {
  Promise.all([supervisor.ended, supervisor.up])
    .then(async ([ended, upAt]) => {
      const words = describeRestart(ended, upAt)
      if (words === null) return
      await stores.processes.noteRestart(instance, words)
      supervisor.noted(ended.runs.length)
      const subject = `${config['node.name']} ${roles.join(',')}`
      const where = `node ${config['node.name']} (${roles.join(', ')})`
      alarms.pulse(
        'process-restarted',
        subject,
        `process ${process.pid} of ${where} was started again: ${words}`,
        toldForMs,
      )
      if (ended.lately >= oftenFrom)
        alarms.pulse(
          'process-keeps-ending',
          subject,
          `a process of ${where} does not stay up, ${ended.lately} ends within 10 minutes: ${words}`,
          toldForMs,
        )
    })
    .catch((cause: unknown) =>
      log.warn({ cause: String(cause) }, 'why this process was started again could not be written down'),
    )
}
