import type { QuarantineLine } from '@mailkeep/contract'
import { Bug, CircleHelp, Fish, Megaphone, ScrollText, ShieldAlert, VenetianMask } from 'lucide-react'
import { Address } from '../../ui/address.tsx'
import type { Column } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Due, Moment } from '../../ui/moment.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import classes from './quarantine.module.css'

const looks = {
  virus: { tone: 'bad', icon: Bug },
  phishing: { tone: 'bad', icon: Fish },
  spoof: { tone: 'bad', icon: VenetianMask },
  spam: { tone: 'aside', icon: ShieldAlert },
  bulk: { tone: 'none', icon: Megaphone },
  policy: { tone: 'wait', icon: ScrollText },
} as const

/** What a message was taken for: word, icon and colour together. */
export function VerdictMark({ verdict }: { readonly verdict: string }) {
  const { tone, icon } = looks[verdict as keyof typeof looks] ?? { tone: 'none', icon: CircleHelp }
  return (
    <Mark tone={tone} icon={icon}>
      {verdict}
    </Mark>
  )
}

/** Lines of quarantine. With several customers in sight, whose each is stands beside. */
export function quarantineColumns(showsTenant: boolean): readonly Column<QuarantineLine>[] {
  return [
    {
      name: 'verdict',
      label: 'Taken for',
      width: '104px',
      card: 'lead',
      render: ({ verdict }) => <VerdictMark verdict={verdict} />,
    },
    {
      name: 'from',
      label: 'From',
      width: 'minmax(120px, 3fr)',
      render: ({ headerFrom, mailFrom }) => (
        <Address value={headerFrom || mailFrom} none="no sender" isQuiet />
      ),
    },
    {
      name: 'to',
      label: 'To',
      width: 'minmax(120px, 3fr)',
      render: ({ rcptTo }) => <Address value={rcptTo} isQuiet />,
    },
    {
      name: 'subject',
      label: 'Subject and reason',
      width: 'minmax(160px, 6fr)',
      render: ({ subject, reasonText }) => (
        <span className={classes.subject}>
          <bdi>{subject === '' ? '(no subject)' : subject}</bdi>
          <span className="mk-soft">{reasonText}</span>
        </span>
      ),
    },
    ...(showsTenant ? [tenantColumn] : []),
    {
      name: 'score',
      label: 'Score',
      width: '64px',
      isNumber: true,
      card: 'none',
      render: ({ score }) => <span className="mk-soft">{formatCount(score)}</span>,
    },
    {
      name: 'since',
      label: 'Since',
      width: '92px',
      isNumber: true,
      card: 'side',
      render: ({ since }) => <Moment at={since} />,
    },
    {
      name: 'leaves',
      label: 'Deleted',
      width: '92px',
      isNumber: true,
      card: 'none',
      render: ({ leavesAt }) => (
        <span className="mk-soft">
          <Due at={leavesAt} />
        </span>
      ),
    },
  ]
}

const tenantColumn: Column<QuarantineLine> = {
  name: 'tenant',
  label: 'Tenant',
  width: 'minmax(80px, 1.4fr)',
  render: ({ tenant }) => <span className="mk-soft">{tenant}</span>,
}
