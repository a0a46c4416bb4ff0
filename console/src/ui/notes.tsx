import type { Missing } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { CircleCheck, CircleHelp, Inbox, Info, Lock, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { ApiFault, statusOf } from '../api/api-fault.ts'
import { Moment } from './moment.tsx'
import classes from './notes.module.css'
import { useOneFault } from './one-fault.tsx'

/** Nothing here: says what will be, and the next step. */
export function Empty({
  title,
  children,
  icon: Icon = Inbox,
  action,
}: {
  readonly title: string
  readonly children?: ReactNode
  readonly icon?: LucideIcon
  readonly action?: ReactNode
}) {
  return (
    <div className={classes.empty}>
      <Icon size={22} strokeWidth={1.5} aria-hidden />
      <h2 className={classes.emptyTitle}>{title}</h2>
      {children && <div className={classes.emptyText}>{children}</div>}
      {action}
    </div>
  )
}

/** In place of a part that its store did not give: unknown is shown as unknown. Within `OneFault` the reason stands once. */
export function PartlyMissing({ missing, what }: { readonly missing: Missing; readonly what: string }) {
  const { isShown: isFirst } = useOneFault(missing.why, undefined)
  if (!isFirst)
    return (
      <p className={classes.note} data-tone="none">
        <CircleHelp size={15} aria-hidden />
        <span>
          {what} not available since <Moment at={missing.since} form="clock" />.
        </span>
      </p>
    )
  return (
    <p className={classes.note} data-tone="none">
      <CircleHelp size={15} aria-hidden />
      <span>
        {what} not available since <Moment at={missing.since} form="clock" />: {missing.why}. It comes back by
        itself.
      </span>
    </p>
  )
}

/** Why a question failed, in the words of the server; with a button where asking again may help. */
export function FaultNote({ fault, again }: { readonly fault: Error; readonly again?: () => void }) {
  if (fault instanceof ApiFault && fault.status === 403) return <Forbidden detail={fault.detail} />
  if (fault instanceof ApiFault && fault.status === 404)
    return <Empty title={fault.title}>{fault.detail}</Empty>
  return <FaultBanner fault={fault} again={again} />
}

function FaultBanner({ fault, again }: { readonly fault: Error; readonly again: (() => void) | undefined }) {
  // The same question has the same mistake.
  const isMistake = fault instanceof ApiFault && fault.status === 400
  const [title, detail] =
    fault instanceof ApiFault ? [fault.title, fault.detail] : ['This page has a fault', fault.message]
  const told = useOneFault(`${title}. ${detail}`, isMistake ? undefined : again)
  // A section that has nothing but this is left out with it.
  if (!told.isShown) return <span hidden data-repeated-fault />
  return (
    <div className={classes.note} data-tone="bad" data-fault={statusOf(fault)} role="alert">
      <TriangleAlert size={15} aria-hidden />
      <span>
        <b>{title}.</b> {detail}
      </span>
      {told.again && (
        <Button variant="default" onClick={told.again}>
          Try again
        </Button>
      )}
    </div>
  )
}

/** Before anybody can sign in, this machine sees what goes on, and changes nothing by the page. */
export function FirstManager() {
  return (
    <Empty title="First somebody has to sign in" icon={Lock}>
      Nobody can yet: this page is open to this machine alone. Next step:{' '}
      <code>./mailkeep manager add NAME --role operator</code> makes the first manager and prints a link.
    </Empty>
  )
}

/** A page that is not for whoever looks. */
export function Forbidden({ detail }: { readonly detail?: string }) {
  return (
    <Empty title="This is not for you" icon={Lock}>
      {detail ?? 'Your role does not have the right to see this page.'} Whoever manages your account can give
      it to you.
    </Empty>
  )
}

const noteIcons: Readonly<Record<'good' | 'wait' | 'aside' | 'bad' | 'none', LucideIcon>> = {
  good: CircleCheck,
  wait: Info,
  aside: TriangleAlert,
  bad: TriangleAlert,
  none: Info,
}

/** A remark that stands out. */
export function Note({
  tone,
  children,
  action,
}: {
  readonly tone: 'good' | 'wait' | 'aside' | 'bad' | 'none'
  readonly children: ReactNode
  readonly action?: ReactNode
}) {
  const Icon = noteIcons[tone]
  return (
    <div className={classes.note} data-tone={tone}>
      <Icon size={15} aria-hidden />
      <span>{children}</span>
      {action}
    </div>
  )
}
