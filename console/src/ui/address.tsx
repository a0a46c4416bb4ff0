import classes from './address.module.css'
import { CopyButton } from './copy-button.tsx'

/** Characters at the end that are never cut, and the longest domain that counts as such an end. */
const endKept = 14
const domainKept = 26

/** Where the part begins that is never cut: of an address its domain is what matters. */
function endOf(value: string): number {
  const at = value.lastIndexOf('@')
  if (at > 0 && value.length - at <= domainKept) return at
  return value.length - Math.min(endKept, Math.floor(value.length / 2))
}

/**
 * An address, id or host: one width a letter, cut in the middle where there is no room, whole on hover, copied with one
 * click. What a sender wrote is shown in its own direction, so that it cannot turn the words beside it.
 */
export function Address({
  value,
  what = 'the address',
  none = 'nobody',
  isQuiet = false,
  isPlain = false,
}: {
  readonly value: string
  readonly what?: string
  /** Said where the value is empty. */
  readonly none?: string
  readonly isQuiet?: boolean
  /** Without the button. */
  readonly isPlain?: boolean
}) {
  if (value === '') return <span className="mk-soft">{none}</span>
  const at = endOf(value)
  return (
    <span className={classes.address}>
      <bdi className={classes.text} title={value}>
        <span className={classes.start} style={{ minWidth: `${Math.min(4, at)}ch` }}>
          {value.slice(0, at)}
        </span>
        <span className={classes.end}>{value.slice(at)}</span>
      </bdi>
      {!isPlain && (
        <span className={classes.copy} data-quiet={isQuiet || undefined}>
          <CopyButton text={value} what={what} isQuiet={isQuiet} />
        </span>
      )}
    </span>
  )
}
