import { routes } from '@mailkeep/contract'
import { useParams } from 'react-router'
import { PastIncidentView } from '../features/history/past-incident.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { Answered } from '../ui/answered.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** One incident of the past. */
export function Page() {
  const { incident = '' } = useParams()
  const answer = useAnswer(routes.pastIncident, { params: { incident } })
  return (
    <>
      <PageHead
        title={answer.value?.title ?? 'Incident of the past'}
        back={{ to: '/history', label: 'History' }}
      />
      <Answered answer={answer} lines={8}>
        {(found) => <PastIncidentView incident={found} />}
      </Answered>
    </>
  )
}
