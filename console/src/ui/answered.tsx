import { Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Answer } from '../session/use-answer.ts'
import classes from './answered.module.css'
import { FaultNote } from './notes.tsx'

/**
 * An answer in its states: a skeleton until it is there, the fault where there is none, and with a fault after an
 * answer what was known before.
 */
export function Answered<Value>({
  answer,
  children,
  lines = 4,
}: {
  readonly answer: Answer<Value>
  readonly children: (value: Value) => ReactNode
  /** How many lines the skeleton has. */
  readonly lines?: number
}) {
  const { value, fault, again } = answer
  if (value === undefined) return fault ? <FaultNote fault={fault} again={again} /> : <Lines count={lines} />
  return <div className={answer.isOld ? classes.old : classes.present}>{children(value)}</div>
}

/** Where text will be. */
export function Lines({ count }: { readonly count: number }) {
  return (
    <div className={classes.lines} role="status" aria-label="Loading">
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all are the same
        <Skeleton key={index} height={12} width={`${92 - ((index * 17) % 40)}%`} radius={3} />
      ))}
    </div>
  )
}
