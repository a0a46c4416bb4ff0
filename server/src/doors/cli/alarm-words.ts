import type { Target, TargetForm } from '#services/alarms/alarm-store.ts'
import { targetForms } from '#services/alarms/alarm-store.ts'
import { type QuietHours, type Weekday, weekdays } from '#services/alarms/quiet-hours.ts'
import { type NewTarget, shownAddress } from '#services/alarms/target.ts'
import { UseError } from './arguments.ts'

/** Reads `FORM=ADDRESS` or an address alone: of mail, or of a program that takes our own form. @throws UseError */
function readPlace(text: string): { readonly form: TargetForm; readonly address: string } {
  const [, form, rest = ''] = /^(mail|webhook|slack|pagerduty)=(.+)$/.exec(text) ?? []
  if (form !== undefined) return { form: form as TargetForm, address: rest }
  return { form: /^https?:/.test(text) ? 'webhook' : 'mail', address: text }
}

/**
 * Reads the place that is told first: its form may stand in an option. Of PagerDuty the key is what has to be said.
 * @throws UseError
 */
export function readFirst(text: string, form: string | undefined, key: string | undefined): NewTarget {
  if (form !== undefined && !(targetForms as readonly string[]).includes(form))
    throw new UseError(`there is no form ${form}; there are ${targetForms.join(', ')}`)
  const place = form === undefined ? readPlace(text) : { form: form as TargetForm, address: text }
  return { ...place, ...(key !== undefined && { key }), afterMs: 0 }
}

/** Reads `15m=ADDRESS`, `1h=slack=ADDRESS`, `30m=pagerduty=KEY`: who is told when nobody acknowledges. @throws UseError */
export function readStep(text: string): NewTarget {
  const [, amount = '', unit = '', place = ''] = /^(\d{1,4})(m|h)=(.+)$/.exec(text) ?? []
  if (place === '') throw new UseError(`${text} is no step such as 15m=ops@example.org`)
  const afterMs = Number(amount) * (unit === 'h' ? 3_600_000 : 60_000)
  const { form, address } = readPlace(place)
  return form === 'pagerduty' ? { form, key: address, afterMs } : { form, address, afterMs }
}

/** Reads `22:00-07:00`, the zone, and `sat,sun`. @throws UseError */
export function readQuiet(
  hours: string | undefined,
  zone: string | undefined,
  days: string | undefined,
  holdsCritical: boolean,
): QuietHours | null {
  if (hours === undefined) {
    if (zone !== undefined || days !== undefined || holdsCritical)
      throw new UseError('quiet hours are missing: --quiet 22:00-07:00')
    return null
  }
  const [, from = '', to = ''] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(hours) ?? []
  if (to === '') throw new UseError(`${hours} are no hours such as 22:00-07:00`)
  if (zone === undefined) throw new UseError('whose clock? Say it with --zone Europe/Berlin')
  const named = (days ?? '').split(',').filter((each) => each !== '')
  const unknown = named.find((each) => !(weekdays as readonly string[]).includes(each))
  if (unknown !== undefined) throw new UseError(`${unknown} is no day; there are ${weekdays.join(', ')}`)
  return { from, to, zone, days: named as Weekday[], holdsCritical }
}

/** Quiet hours as a cell of a table. */
export function quietWords(quiet: QuietHours | null): string {
  if (quiet === null) return ''
  const { from, to, zone, days, holdsCritical } = quiet
  return `${from}-${to} ${zone}${days.length === 0 ? '' : ` ${days.join(',')}`}${holdsCritical ? ', all' : ''}`
}

/** Where the place stands (from 0) that is said by its shown address, or by its number (from 1). @throws UseError */
export function placeIn(targets: readonly Pick<Target, 'form' | 'address'>[], said: string): number {
  const found = [...targets.keys()].filter((n) => {
    const target = targets[n]
    return said === String(n + 1) || (target && shownAddress(target) === said)
  })
  const [place] = found
  if (place === undefined) throw new UseError(`${said} is not told under this id`)
  if (found.length > 1)
    throw new UseError(
      `${said} is shown for places ${found.map((n) => n + 1).join(' and ')}: say which by its number`,
    )
  return place
}
