import { Button, NativeSelect } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './alarms.module.css'
import { waits, waitWords } from './words.ts'

/** One place that is told: what it is, after how long, what else is known of it, and the button that takes it out. */
export function PlaceFrame({
  kind,
  afterMinutes,
  offered = waits,
  onWait,
  onRemove,
  children,
}: {
  /** The field that says what it is. */
  readonly kind: ReactNode
  readonly afterMinutes: number
  /** Minutes to choose from. */
  readonly offered?: readonly number[]
  readonly onWait: (afterMinutes: number) => void
  /** None: it stays. */
  readonly onRemove?: (() => void) | undefined
  readonly children?: ReactNode
}) {
  return (
    <fieldset className={classes.place}>
      {kind}
      <NativeSelect
        label="When"
        data={[...new Set([...offered, afterMinutes])]
          .sort((a, b) => a - b)
          .map((each) => ({ value: String(each), label: waitWords(each) }))}
        value={String(afterMinutes)}
        onChange={(event) => onWait(Number(event.currentTarget.value))}
      />
      {children}
      {onRemove && (
        <div className={classes.whole}>
          <Button variant="default" onClick={onRemove}>
            Without this place
          </Button>
        </div>
      )}
    </fieldset>
  )
}
