import { toPrintable, wrapWords } from '#ground/mail/printable-text.ts'
import { newId } from '#ground/platform/ids.ts'
import type { AlarmMailKind, AlarmState, Subscription } from '#services/alarms/alarm-store.ts'
import type { TellParts } from '#services/alarms/tell-alarms.ts'
import type { Base } from './base.ts'
import { fromNameOf } from './brand-look.ts'
import { composeOwnNotice } from './own-notice.ts'

const noteEveryMs = 5000
/** Several that change in the same moment are taken down together. */
const noteSoonMs = 200

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

/** Joins services/alarms to the spool, which its mails go through, and to settings as they are now. */
export function createAlarmParts({ stores, spool, config, brands }: Base): TellParts {
  return {
    alarms: stores.alarms,
    tenants: () => stores.directory.tenants(),
    domains: () => stores.directory.domains(),
    now: () => Date.now(),
    newId: () => newId(Date.now()),
    settings: () => ({
      afterMs: config['alarms.tellAfter'],
      calmMs: config['alarms.calmFor'],
      perHour: config['alarms.mailsPerHour'],
    }),
    wasSent: async (id) => (await stores.ledger.read(id)) !== null,
    async send(to, alarm, kind, id) {
      const notice = {
        ...{ id, to: to.address, tenant: to.tenant, kind: 'auto-generated' as const },
        subject: `${heads[kind]}: ${toPrintable(alarm.name, 60)}, ${toPrintable(alarm.subject, 200)}`,
        lines: textOf(alarm, kind, to, config['console.url']),
        fromName: await fromNameOf(brands, to.tenant),
        facts: { alarm: alarm.name, subject: alarm.subject, about: kind },
      }
      await spool.accept(composeOwnNotice(notice, config, Date.now()))
    },
  }
}

const heads: Readonly<Record<AlarmMailKind, string>> = {
  raised: 'Alarm',
  cleared: 'Over',
  corrected: 'Wrong alarm',
}

function textOf(alarm: AlarmState, kind: AlarmMailKind, { scope }: Subscription, url: string): string[] {
  const since = `It began at ${new Date(alarm.since).toISOString()}.`
  const what = toPrintable(alarm.text, 2000)
  const words = {
    raised: [`${what}. ${since}`],
    cleared: [`This is over since ${new Date(alarm.clearedAt ?? 0).toISOString()}: ${what}. ${since}`],
    corrected: [
      `You were told of an alarm that was wrong. We are sorry. It said: ${what}.`,
      `What was wrong with it: ${toPrintable(alarm.withdrawn ?? '', 600)}`,
    ],
  }[kind]
  const where = url === '' ? [] : ['', `${url}/health`]
  const why = `You get this mail because this address is told of alarms of ${toPrintable(scope, 320)}.`
  return [...words.flatMap((each) => [...wrapWords(each, 72), '']), ...wrapWords(why, 72), ...where]
}
