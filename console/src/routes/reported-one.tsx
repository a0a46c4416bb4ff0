import { routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useParams } from 'react-router'
import { AnswerReports, type Decision } from '../features/reported/answer-reports.tsx'
import { titleOf } from '../features/reported/reported-columns.tsx'
import { ReportedView } from '../features/reported/reported-view.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { useMay } from '../session/who.tsx'
import { Answered } from '../ui/answered.tsx'
import { PageHead } from '../ui/page-head.tsx'

const everyMs = 15_000

/** One report of somebody, and its answer. */
export function Page() {
  const { id = '' } = useParams()
  const answer = useAnswer(routes.report, { params: { id } }, { every: everyMs })
  const mayAct = useMay('quarantine.act') && answer.value?.state === 'open'
  const [verb, setVerb] = useState<Decision['verb'] | null>(null)
  const close = () => setVerb(null)
  return (
    <>
      <PageHead
        title={answer.value ? titleOf(answer.value) : 'A report'}
        back={{ to: '/reported', label: 'Reported' }}
        actions={
          mayAct && (
            <>
              <Button onClick={() => setVerb('accept')}>Right…</Button>
              <Button variant="default" onClick={() => setVerb('refuse')}>
                Not right…
              </Button>
            </>
          )
        }
      />
      <Answered answer={answer} lines={8}>
        {(report) => <ReportedView report={report} />}
      </Answered>
      {verb && <AnswerReports decision={{ verb, ids: [id] }} onDone={close} onClose={close} />}
    </>
  )
}
