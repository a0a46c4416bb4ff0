import { Button } from '@mantine/core'
import { CornerLeftUp, Lock } from 'lucide-react'
import type { ReactNode } from 'react'
import classes from './inherited-value.module.css'

/** Where a value comes from. */
export interface ValueSource {
  /** `reseller Brightwater`, or `Mailkeep's default`. */
  readonly name: string
  /** Made at the level that is looked at. */
  readonly isOwn: boolean
  /** Set for good by a level above: may not be changed here. */
  readonly isLocked?: boolean
}

/** A setting with the level that it comes from; changed here, or given back to the level above. */
export function InheritedValue({
  label,
  hint,
  value,
  source,
  inherited,
  editor,
  onReturn,
}: {
  readonly label: string
  readonly hint?: ReactNode
  /** The value in force, in words. */
  readonly value: ReactNode
  readonly source: ValueSource
  /** What would hold without the own value, in words. */
  readonly inherited?: ReactNode
  /** What changes it; none: only to be read. */
  readonly editor?: ReactNode
  readonly onReturn?: () => void
}) {
  const { name, isOwn, isLocked = false } = source
  return (
    <div className={classes.row}>
      <div className={classes.label}>
        <span>{label}</span>
        {hint && <span className={classes.hint}>{hint}</span>}
      </div>
      <div className={classes.value}>{!isLocked && editor ? editor : value}</div>
      <div className={classes.source}>
        {isLocked ? (
          <span>
            <Lock size={12} aria-hidden /> set for good by {name}
          </span>
        ) : isOwn ? (
          <>
            <span className={classes.own}>set here</span>
            {onReturn && (
              <Button
                variant="subtle"
                size="compact-xs"
                leftSection={<CornerLeftUp size={12} />}
                onClick={onReturn}
              >
                Use {inherited ?? 'the inherited value'}
              </Button>
            )}
          </>
        ) : (
          <span>from {name}</span>
        )}
      </div>
    </div>
  )
}
