import { routes } from '@mailkeep/contract'
import { useParams } from 'react-router'
import { ResetLearning, TaughtView } from '../features/detection/taught-view.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { useMay } from '../session/who.tsx'
import { Answered } from '../ui/answered.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** What one tenant has taught. */
export function Page() {
  const { tenant = '' } = useParams()
  const answer = useAnswer(routes.taughtBy, { params: { tenant } })
  const mayWrite = useMay('policy.write')
  const { value } = answer
  return (
    <>
      <PageHead
        title={value?.name ?? tenant}
        back={{ to: '/learning', label: 'Learning' }}
        actions={value && mayWrite && <ResetLearning taught={value} />}
      />
      <Answered answer={answer} lines={6}>
        {(taught) => <TaughtView taught={taught} />}
      </Answered>
    </>
  )
}
