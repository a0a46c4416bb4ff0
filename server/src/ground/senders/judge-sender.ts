/** What a mailbox sends now, and what it has sent before; counts are recipients, each To, Cc and Bcc one. */
export interface SenderFigures {
  /** Of the last hour, with the message that is judged. */
  readonly hour: number
  /** Of the last 24 hours. */
  readonly day: number
  /** Its busiest hour and day within thirty days, the last day left out. */
  readonly usualHour: number
  readonly usualDay: number
  /** What it had sent within an hour when a manager said last that this was right; 0: nobody has. */
  readonly vouched: number
  /** Recipients of the last hour that were looked at, and those it had never written to before. */
  readonly looked: number
  readonly strangers: number
  /** Deliveries of the last hour that have an end, and those that receivers refused for good. */
  readonly settled: number
  readonly refused: number
  /** Its client is in a network that it has never sent from, though it has sent from others. */
  readonly isNewNetwork: boolean
}

/** What speaks for a stolen mailbox, each with its figures. */
export interface SenderJudgement {
  readonly isSuspicious: boolean
  readonly signs: readonly string[]
}

/** Above this many times what is usual, volume is sudden. */
const times = 3
/** Signs weigh this much; together they suspend. */
const enough = 3
const weights = { volume: 3, refused: 2, strangers: 1, network: 1, rising: 1 } as const
/** Hours of the least volume that a day may have before it is sudden. */
const hoursOfDay = 4

/** Recipients in an hour below which nobody is looked at. */
export function leastVolume(sudden: number): number {
  return Math.min(30, Math.ceil(sudden / 2))
}

/**
 * Whether a mailbox sends as stolen ones do. Volume far above its own history is enough; smaller things count together.
 * A new mailbox has no history, so it has the least volume, and nothing that it could differ from. What a manager has
 * said is right is no sign any more up to a multiple of it: he has seen who it went to, and what receivers made of it.
 * @param sudden recipients in an hour that nobody is stopped below, whatever is usual; 0: volume says nothing
 */
export function judgeSender(figures: SenderFigures, sudden: number): SenderJudgement {
  const { hour, day, vouched } = figures
  if (vouched > 0 && hour <= times * vouched && day <= hoursOfDay * times * vouched)
    return { isSuspicious: false, signs: [] }
  const signs = [
    ...volumeSigns(figures, sudden),
    ...refusalSigns(figures),
    ...strangerSigns(figures),
    ...(figures.isNewNetwork && figures.hour >= leastVolume(sudden)
      ? [{ weight: weights.network, text: 'its client is in a network that it has never sent from' }]
      : []),
  ]
  const sum = signs.reduce((all, each) => all + each.weight, 0)
  return { isSuspicious: sum >= enough, signs: signs.map((each) => each.text) }
}

interface Sign {
  readonly weight: number
  readonly text: string
}

function volumeSigns({ hour, day, usualHour, usualDay, vouched }: SenderFigures, sudden: number): Sign[] {
  if (sudden === 0) return []
  const known = Math.max(usualHour, vouched)
  const hourLimit = Math.max(sudden, times * known)
  if (hour > hourLimit)
    return [
      {
        weight: weights.volume,
        text: `${hour} recipients within an hour; its busiest hour before had ${known}, and ${hourLimit} are let pass`,
      },
    ]
  const dayLimit = Math.max(hoursOfDay * sudden, times * usualDay, hoursOfDay * times * vouched)
  if (day > dayLimit)
    return [
      {
        weight: weights.volume,
        text: `${day} recipients within a day; its busiest day before had ${usualDay}, and ${dayLimit} are let pass`,
      },
    ]
  if (hour > sudden / 2 && hour > times * known)
    return [
      { weight: weights.rising, text: `${hour} recipients within an hour; its busiest before had ${known}` },
    ]
  return []
}

function refusalSigns({ settled, refused }: SenderFigures): Sign[] {
  if (settled < 30 || refused < settled * 0.3) return []
  return [
    {
      weight: weights.refused,
      text: `receivers refused ${refused} of ${settled} recipients for good within an hour`,
    },
  ]
}

function strangerSigns({ looked, strangers }: SenderFigures): Sign[] {
  if (looked < 60 || strangers < looked * 0.8) return []
  return [
    {
      weight: weights.strangers,
      text: `it had never written to ${strangers} of ${looked} recipients of the last hour`,
    },
  ]
}
