import { policySettings } from '#services/directory/policy-settings.ts'

/** What a level wants for people who look after their own mail. */
export interface ReviewSettings {
  /** Whether people see their quarantine at all. */
  readonly isOn: boolean
  readonly sendsMail: boolean
  readonly maySignIn: boolean
  readonly mayRelease: boolean
  /** Whether managers are written to who have to answer these people. */
  readonly tellsManagers: boolean
  readonly mayList: boolean
  /** Score up to which somebody sees his mail; null: all. */
  readonly visibility: number | null
  readonly tolerance: number
  readonly times: ReviewTimes
  /** Whether the domain takes mail for every address. */
  readonly takesAny: boolean
}

/** When review mails are sent. */
export interface ReviewTimes {
  readonly zone: string
  /** Minutes after midnight. */
  readonly from: number
  readonly until: number
  readonly everyMinutes: number
  readonly days: ReadonlySet<string>
}

/** Who lets a message go from quarantine (GW-38). */
export type ReleaseWay = 'self' | 'request' | 'manager'

type InForce = Readonly<Record<string, string>>

/** Reads the settings in force; what nobody has set has its default. */
export function readReviewSettings(inForce: InForce): ReviewSettings {
  const visibility = inForceOf(inForce, 'visibility')
  const isOn = inForceOf(inForce, 'product.review') === 'on'
  const times = readTimes(inForce)
  return {
    isOn,
    sendsMail: isOn && inForceOf(inForce, 'review.mail') === 'on',
    maySignIn: isOn && inForceOf(inForce, 'review.sign-in') === 'on',
    tellsManagers: inForceOf(inForce, 'review.managers') === 'on' && times.from < times.until,
    mayRelease: inForceOf(inForce, 'review.release') === 'on',
    mayList: inForceOf(inForce, 'review.lists') === 'on',
    visibility: visibility === 'all' ? null : Number(visibility),
    tolerance: Number(inForceOf(inForce, 'tolerance')),
    takesAny: inForceOf(inForce, 'recipients') === 'any',
    times,
  }
}

function readTimes(inForce: InForce): ReviewTimes {
  return {
    zone: inForceOf(inForce, 'time-zone'),
    from: minutesOf(inForceOf(inForce, 'review.from')),
    until: minutesOf(inForceOf(inForce, 'review.until')),
    everyMinutes: Number(inForceOf(inForce, 'review.every')) * 60,
    days: new Set(inForceOf(inForce, 'review.days').split(',')),
  }
}

/** Who lets mail of a verdict go. A virus is never a person's own to release, and what is not named is a manager's. */
export function releaseWayOf(
  inForce: InForce,
  { verdict, reason }: { verdict: string; reason: string },
): ReleaseWay {
  if (verdict === 'virus' || reason === 'virus' || reason === 'stolen-account') return 'manager'
  // What a scanner or a score says has the verdict's name; `clean` mail was set aside by a person or a rule.
  const name = `release.${reason === 'unscanned' ? 'unscanned' : verdict === 'clean' ? 'policy' : verdict}`
  return policySettings[name] ? (inForceOf(inForce, name) as ReleaseWay) : 'manager'
}

/**
 * Whether mails about waiting messages make sense at all: not where nobody would see what is set aside, nor where the
 * hours of the day leave no time for one.
 */
export function sendsReviews({
  sendsMail,
  maySignIn,
  visibility,
  tolerance,
  times,
}: ReviewSettings): boolean {
  if (!sendsMail || !maySignIn || times.from >= times.until) return false
  return visibility === null || visibility > tolerance
}

function inForceOf(inForce: InForce, name: string): string {
  return inForce[name] ?? policySettings[name]?.default ?? ''
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number)
  return (hours ?? 0) * 60 + (minutes ?? 0)
}
