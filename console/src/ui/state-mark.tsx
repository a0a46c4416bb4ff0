import type { MailState } from '@mailkeep/contract'
import {
  Archive,
  Ban,
  Check,
  CircleHelp,
  Clock,
  CornerUpLeft,
  Lock,
  type LucideIcon,
  Pause,
  Trash2,
  TriangleAlert,
  X,
} from 'lucide-react'
import type { ReactNode } from 'react'
import classes from './state-mark.module.css'

/** What a colour stands for: it never speaks without a word or an icon. */
export type Tone = 'good' | 'wait' | 'aside' | 'bad' | 'none'

interface Look {
  readonly tone: Tone
  readonly icon: LucideIcon
  readonly word: string
}

/** How each state of mail looks, everywhere. */
export const stateLooks: Readonly<Record<MailState, Look>> = {
  delivered: { tone: 'good', icon: Check, word: 'delivered' },
  waiting: { tone: 'wait', icon: Clock, word: 'waiting' },
  quarantined: { tone: 'aside', icon: Archive, word: 'quarantined' },
  held: { tone: 'aside', icon: Pause, word: 'held' },
  sealed: { tone: 'none', icon: Lock, word: 'sealed' },
  discarded: { tone: 'none', icon: Trash2, word: 'discarded' },
  returned: { tone: 'bad', icon: CornerUpLeft, word: 'returned' },
  refused: { tone: 'bad', icon: X, word: 'refused' },
}

const toneIcons: Readonly<Record<Tone, LucideIcon>> = {
  good: Check,
  wait: Clock,
  aside: TriangleAlert,
  bad: Ban,
  none: CircleHelp,
}

/** A state of mail: word, icon and colour together. */
export function StateMark({ state }: { readonly state: MailState }) {
  const { tone, icon, word } = stateLooks[state]
  return (
    <Mark tone={tone} icon={icon}>
      {word}
    </Mark>
  )
}

/** All states of a message: the first with its word, the others as icons that say it on hover. */
export function StateMarks({ states }: { readonly states: readonly MailState[] }) {
  const [first, ...others] = states
  if (first === undefined) return null
  return (
    <span className={classes.states}>
      <StateMark state={first} />
      {others.map((state) => {
        const { tone, icon: Icon, word } = stateLooks[state]
        return (
          <span key={state} className={classes.mark} data-tone={tone} title={word}>
            <Icon size={14} strokeWidth={2.25} aria-hidden className={classes.icon} />
            <span className="mk-unseen">{word}</span>
          </span>
        )
      })}
    </span>
  )
}

/** The same look for anything else that is well, waits, needs care, fails, or is not known. */
export function Mark({
  tone,
  icon,
  children,
  isFilled = false,
}: {
  readonly tone: Tone
  readonly icon?: LucideIcon
  readonly children: ReactNode
  /** On a ground of its colour, where it stands alone. */
  readonly isFilled?: boolean
}) {
  const Icon = icon ?? toneIcons[tone]
  return (
    <span className={classes.mark} data-tone={tone} data-filled={isFilled || undefined}>
      <Icon size={14} strokeWidth={2.25} aria-hidden className={classes.icon} />
      <span className={classes.words}>{children}</span>
    </span>
  )
}

/** Colour of a tone, for charts. */
export function toneColor(tone: Tone): string {
  return `var(--mk-${tone})`
}
