import { Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './figure.module.css'
import { formatCount } from './format-number.ts'
import { ScopedLink } from './scoped-link.tsx'
import type { Tone } from './state-mark.tsx'

/** One number with its name. Undefined: not there yet; null: not known. */
export function Figure({
  label,
  value,
  hint,
  tone,
  to,
}: {
  readonly label: string
  readonly value: number | string | null | undefined
  readonly hint?: ReactNode
  readonly tone?: Tone
  /** Where the mail behind it is listed. */
  readonly to?: string
}) {
  const shown =
    value === undefined ? (
      <Skeleton height={20} width={52} radius={3} />
    ) : value === null ? (
      <span className={classes.unknown}>unknown</span>
    ) : typeof value === 'number' ? (
      formatCount(value)
    ) : (
      value
    )
  const body = (
    <>
      <span className={classes.label}>{label}</span>
      <span className={classes.value} data-tone={tone}>
        {shown}
      </span>
      {hint && <span className={classes.hint}>{hint}</span>}
    </>
  )
  return to === undefined ? (
    <div className={classes.figure}>{body}</div>
  ) : (
    <ScopedLink to={to} className={classes.figure ?? ''}>
      {body}
    </ScopedLink>
  )
}

/** Figures side by side. */
export function Figures({ children }: { readonly children: ReactNode }) {
  return <div className={classes.figures}>{children}</div>
}
