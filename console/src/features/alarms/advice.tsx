import type { AlarmList } from '@mailkeep/contract'
import { Fragment } from 'react'
import { Unfold } from '../../ui/unfold.tsx'
import classes from './alarms.module.css'

type Advice = AlarmList['advice'][number]

interface Known {
  readonly name: string
  readonly subject: string
  readonly clearedAt: string | null
  readonly withdrawn: string | null
}

export const isOpen = ({ clearedAt, withdrawn }: Known) => clearedAt === null && withdrawn === null

/** What to do about an alarm, in one line below its text; folded where the same stands above already. */
function WhatToDo({ advice, isSaidAbove }: { readonly advice: Advice; readonly isSaidAbove: boolean }) {
  if (!isSaidAbove)
    return (
      <p className={classes.text}>
        <b className={classes.todo}>What to do</b> <Words text={advice.todo} />
      </p>
    )
  return (
    <Unfold summary={<span className="mk-soft">What to do</span>}>
      <Words text={advice.todo} />
    </Unfold>
  )
}

/** What to do about `line`, one of `lines`; about one that is over, nothing. */
export function AdviceLine({
  line,
  lines,
  advice,
}: {
  readonly line: Known
  readonly lines: readonly Known[]
  readonly advice: readonly Advice[]
}) {
  const known = advice.find(({ name }) => name === line.name)
  if (!known || !isOpen(line)) return null
  const first = lines.find((each) => each.name === line.name && isOpen(each))
  return <WhatToDo advice={known} isSaidAbove={first !== line} />
}

/** What stands in backquotes is typed as it is. */
function Words({ text }: { readonly text: string }) {
  return text.split('`').map((part, n) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the text is written once
    n % 2 === 1 ? <code key={n}>{part}</code> : <Fragment key={n}>{part}</Fragment>,
  )
}
