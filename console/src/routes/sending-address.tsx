import { routes } from '@mailkeep/contract'
import { useParams } from 'react-router'
import { AddressActs } from '../features/addresses/address-acts.tsx'
import { AddressStory } from '../features/addresses/address-story.tsx'
import { GrowthTable } from '../features/addresses/growth-table.tsx'
import { ReceiverList } from '../features/addresses/receiver-list.tsx'
import { useGo } from '../session/scope.ts'
import { useAnswer } from '../session/use-answer.ts'
import { Answered } from '../ui/answered.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Section } from '../ui/section.tsx'

/** One address that mail leaves by: what it carried, how far it has grown, and what receivers taught it. */
export function Page() {
  const { ip = '' } = useParams()
  const answer = useAnswer(routes.sendingAddress, { params: { ip } }, { every: 15_000 })
  const go = useGo()
  return (
    <>
      <PageHead
        title={ip}
        back={{ to: '/sending', label: 'Sending addresses' }}
        actions={answer.value && <AddressActs address={answer.value} onGone={() => go('/sending')} />}
      />
      <Answered answer={answer} lines={8}>
        {(story) => (
          <div className="mk-stack">
            <AddressStory story={story} />
            <GrowthTable story={story} />
            <Section title="What receivers have taught it" text="in the last seven days" isFlush>
              <ReceiverList ip={story.ip} />
            </Section>
          </div>
        )}
      </Answered>
    </>
  )
}
