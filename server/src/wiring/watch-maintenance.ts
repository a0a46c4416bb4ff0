import { MaintenanceWatch } from '#ground/platform/maintenance-file.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import type { Base } from './base.ts'

/** Looks whether there is maintenance, and raises an alarm when it lasts longer than planned. */
export function watchMaintenance({ folder, alarms }: Base): MaintenanceWatch {
  return new MaintenanceWatch(folder, (now) => {
    if (now !== null && Date.now() > now.until)
      alarms.raise(
        'maintenance-overrun',
        'console',
        `maintenance of the console was to end at ${utcWords(now.until)}; end it with "mailkeep maintenance off" or name a new end`,
      )
    else alarms.clear('maintenance-overrun', 'console')
  })
}
