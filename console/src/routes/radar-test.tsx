import { routes } from '@mailkeep/contract'
import { useParams } from 'react-router'
import { ShareTest } from '../features/radar/share-test.tsx'
import { TestView } from '../features/radar/test-view.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { Answered } from '../ui/answered.tsx'
import { PageHead } from '../ui/page-head.tsx'

const lookEveryMs = 3000

/** One test of a domain or an address. */
export function Page() {
  const { test = '' } = useParams()
  const answer = useAnswer(routes.radarTest, { params: { test } }, { every: lookEveryMs })
  const found = answer.value
  return (
    <>
      <PageHead
        title={found?.address ?? found?.domain ?? 'Test'}
        back={{ to: '/radar', label: 'Radar' }}
        actions={found && <ShareTest test={found} />}
      />
      <Answered answer={answer} lines={8}>
        {(value) => <TestView test={value} />}
      </Answered>
    </>
  )
}
