import { routes, type StatusView } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { ExternalLink } from 'lucide-react'
import { HealthTabs } from '../features/health/health-tabs.tsx'
import { ComponentList } from '../features/status/component-list.tsx'
import { PlannedWorkSection } from '../features/status/planned-work.tsx'
import { SubscriberList } from '../features/status/subscriber-list.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { Answered } from '../ui/answered.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Mark, type Tone } from '../ui/state-mark.tsx'

const tones: Readonly<Record<StatusView['indicator'], Tone>> = {
  none: 'good',
  maintenance: 'wait',
  minor: 'aside',
  major: 'aside',
  critical: 'bad',
}

/** What the public is told of the service, and what is measured of it. */
export function Page() {
  const answer = useAnswer(routes.status, {}, { every: 10_000 })
  const status = answer.value
  // Where something is not measured, the whole is not simply well; what nothing is set to measure is told by hand.
  const counted = status?.components.filter(({ probes }) => probes.length > 0) ?? []
  const isKnown =
    status?.indicator !== 'none' || (counted.length > 0 && counted.every(({ state }) => state !== null))
  return (
    <>
      <PageHead
        title="Status page"
        {...(status && {
          text: (
            <Mark tone={isKnown ? tones[status.indicator] : 'none'}>
              The public reads: {status.description}
            </Mark>
          ),
        })}
        actions={
          status &&
          status.url !== null && (
            <Button
              component="a"
              variant="default"
              href={status.url}
              target="_blank"
              rel="noreferrer"
              leftSection={<ExternalLink size={14} aria-hidden />}
            >
              What the public sees
            </Button>
          )
        }
      />
      <HealthTabs here="status" />
      <Answered answer={answer} lines={10}>
        {(found) => (
          <div className="mk-stack">
            <ComponentList status={found} />
            <PlannedWorkSection />
            <SubscriberList />
          </div>
        )}
      </Answered>
    </>
  )
}
