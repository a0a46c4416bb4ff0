import { routes } from '@mailkeep/contract'
import { useParams } from 'react-router'
import { NoticeView } from '../features/alarms/notice-view.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { Answered } from '../ui/answered.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** What was told of alarms of one cause; links of mails lead here. */
export function Page() {
  const { notice = '' } = useParams()
  const answer = useAnswer(routes.alarmNotice, { params: { notice } }, { every: 10_000 })
  return (
    <>
      <PageHead title="Alarms of one cause" back={{ to: '/alarms/told', label: 'Who is told' }} />
      <Answered answer={answer} lines={8}>
        {(found) => <NoticeView notice={found} />}
      </Answered>
    </>
  )
}
