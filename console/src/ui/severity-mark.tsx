import type { AlarmLine } from '@mailkeep/contract'
import { CircleAlert, Clock, OctagonAlert } from 'lucide-react'
import { Mark } from './state-mark.tsx'

const looks = {
  critical: { tone: 'bad', icon: OctagonAlert },
  error: { tone: 'aside', icon: CircleAlert },
  warning: { tone: 'none', icon: Clock },
} as const

/** What an alarm asks of a person: to get up, to come today, to look when there is time. */
export function SeverityMark({ severity }: { readonly severity: AlarmLine['severity'] }) {
  const { tone, icon } = looks[severity]
  return (
    <Mark tone={tone} icon={icon}>
      {severity}
    </Mark>
  )
}
