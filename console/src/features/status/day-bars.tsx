import type { StatusDays } from '@mailkeep/contract'
import { useId } from 'react'
import { componentLooks } from '../../ui/component-state.tsx'
import { countOf } from '../../ui/format-number.ts'
import classes from './status.module.css'

type ComponentDays = StatusDays['components'][number]
const step = 4

/** A bar for each day, and the same in words: what nobody measured is hatched, and never fine. */
export function DayBars({
  days: { states, badMinutes, percent, minutes },
  first,
}: {
  readonly days: ComponentDays
  readonly first: string
}) {
  const hatch = useId()
  const measured = states.filter((each) => each !== null).length
  const bad = states.filter((each) => each !== null && each !== 'operational').length
  const sum = [
    percent === null ? 'nothing measured' : `${percent} % of ${countOf(minutes, 'minute')}`,
    `${countOf(bad, 'day')} with faults`,
    `${countOf(states.length - measured, 'day')} not known`,
  ].join('; ')
  return (
    <>
      <svg
        className={classes.bars}
        viewBox={`0 0 ${states.length * step} 22`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`The last ${states.length} days: ${sum}`}
      >
        <defs>
          <pattern
            id={hatch}
            width="3"
            height="3"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <line x1="0" y1="0" x2="0" y2="3" className={classes.hatch} />
          </pattern>
        </defs>
        {states.map((state, index) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a day each
            key={index}
            x={index * step}
            width={step - 1}
            height="22"
            {...(state === null ? { fill: `url(#${hatch})` } : { 'data-tone': componentLooks[state].tone })}
          >
            <title>{`${dayAt(first, index)}: ${state === null ? 'not known' : componentLooks[state].word}${
              (badMinutes[index] ?? 0) > 0 ? `, ${badMinutes[index]} min` : ''
            }`}</title>
          </rect>
        ))}
      </svg>
      <p className={classes.under}>
        <span>{states.length} days ago</span>
        <span>{sum}</span>
        <span>today</span>
      </p>
    </>
  )
}

function dayAt(first: string, index: number): string {
  return new Date(Date.parse(first) + index * 86_400_000).toISOString().slice(0, 10)
}
