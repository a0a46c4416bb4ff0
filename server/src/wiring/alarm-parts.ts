import { newId } from '#ground/platform/ids.ts'
import type { TellParts } from '#services/alarms/tell-alarms.ts'
import { createAlarmPost } from './alarm-post.ts'
import type { Base } from './base.ts'
import { findIncidents } from './find-incident.ts'

const noteEveryMs = 5000
/** Several that change in the same moment are taken down together. */
const noteSoonMs = 200
/** Time for handing a mail over, or for what stands around a post. */
const leastLeaseMs = 5000

/** Takes down what this process has open, so that the whole site and people hear of it. */
export function noteAlarms({ alarms, stores, instance, config, log }: Base): { stop(): void } {
  const note = () =>
    stores.alarms
      .note(instance, alarms.open(), Date.now(), config['alarms.calmFor'])
      .catch((cause: unknown) => log.warn({ cause: String(cause) }, 'open alarms could not be taken down'))
  const timer = setInterval(note, noteEveryMs)
  let soon: NodeJS.Timeout | null = null
  alarms.onChange(() => {
    soon ??= setTimeout(() => {
      soon = null
      void note()
    }, noteSoonMs).unref()
  })
  return {
    stop() {
      clearInterval(timer)
      if (soon) clearTimeout(soon)
    },
  }
}

/** Joins services/alarms to the spool, which its mails go through, to the web, and to settings as they are now. */
export function createAlarmParts({ stores, spool, config, brands, alarms }: Base): TellParts {
  return {
    alarms: stores.alarms,
    directory: stores.directory,
    notices: stores.notices,
    tenants: () => stores.directory.tenants(),
    domains: () => stores.directory.domains(),
    incidents: () => findIncidents(stores.readIncidents, stores.readWatch, Date.now()),
    own: alarms,
    ...createAlarmPost({ config, brands, accept: (mail) => spool.accept(mail) }),
    newId: () => newId(Date.now()),
    settings: () => ({
      afterMs: config['alarms.tellAfter'],
      calmMs: config['alarms.calmFor'],
      perHour: config['alarms.mailsPerHour'],
      updateMs: config['alarms.updateEvery'],
      retryMs: config['webhooks.retryAfter'],
      lateMs: config['alarms.targetLateAfter'],
      leaseMs: leastLeaseMs + 4 * config['web.timeout'],
      consoleUrl: config['console.url'],
    }),
    wasSent: async (id) => (await stores.ledger.read(id)) !== null,
  }
}
