import type { AlarmTarget, QuietHours } from '@mailkeep/contract'

/** How places that are told of alarms are called. */
export const formNames: readonly (readonly [value: AlarmTarget['form'], label: string])[] = [
  ['mail', 'Mail'],
  ['slack', 'Slack'],
  ['pagerduty', 'PagerDuty'],
  ['webhook', 'Webhook'],
]

export function formName(form: AlarmTarget['form']): string {
  return formNames.find(([value]) => value === form)?.[1] ?? form
}

/** Days in the order of a week that begins with Monday. */
export const dayNames = [
  ['mon', 'Mon'],
  ['tue', 'Tue'],
  ['wed', 'Wed'],
  ['thu', 'Thu'],
  ['fri', 'Fri'],
  ['sat', 'Sat'],
  ['sun', 'Sun'],
] as const

/** Waits that are offered for a step, in minutes. */
export const waits = [0, 5, 10, 15, 30, 60, 120, 240]

export function waitWords(minutes: number): string {
  if (minutes === 0) return 'at once'
  return minutes % 60 === 0 ? `after ${minutes / 60} h` : `after ${minutes} min`
}

export function quietWords({ days, from, to, zone, holdsCritical }: QuietHours): string {
  const named = dayNames.filter(([value]) => days.includes(value)).map(([, label]) => label)
  const when = named.length === 0 ? 'every day' : named.join(', ')
  return `${from} to ${to}, ${when}, ${zone}${holdsCritical ? '; critical alarms wait too' : '; critical alarms pass'}`
}
