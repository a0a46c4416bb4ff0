import { routes } from '@mailkeep/contract'
import { useParams } from 'react-router'
import { PathView, RemovePath } from '../features/radar/path-view.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { Answered } from '../ui/answered.tsx'
import { PageHead } from '../ui/page-head.tsx'

const lookEveryMs = 10_000

/** The round trips by one mailbox. */
export function Page() {
  const { path = '' } = useParams()
  const answer = useAnswer(routes.radarTrips, { params: { path } }, { every: lookEveryMs })
  const found = answer.value?.path
  return (
    <>
      <PageHead
        title={found?.address ?? 'Round trips'}
        text={
          found &&
          `${found.name} every ${Math.round(found.everySeconds / 60)} minutes, since ${found.addedAt.slice(0, 10)}`
        }
        back={{ to: '/radar?list=trips', label: 'Round trips' }}
        actions={found && <RemovePath path={found} />}
      />
      <Answered answer={answer} lines={8}>
        {(value) => <PathView answer={value} />}
      </Answered>
    </>
  )
}
