import { routes, type TrialDetails } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useMayTry } from '../../session/people-scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { confirm } from '../../ui/confirm.tsx'
import { countOf, formatCount } from '../../ui/format-number.ts'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { isOnTrial, titleOfTrial } from './trial-words.ts'
import { policyRoutes, useUndo } from './undo-newest.ts'
import { WidenTrial } from './widen-trial.tsx'

/** What whoever makes it for all should know before: how much was judged, and what it did. */
function shownBy({ counts, waitsFor }: TrialDetails): string {
  const { deliveries, changed } = counts
  if (deliveries === 0) return 'No mail was judged with it so far.'
  const judged = `So far ${formatCount(changed)} of ${countOf(deliveries, 'delivery', 'deliveries')} fare otherwise with it.`
  return waitsFor ? `${judged} It waits for you, since in this step ${waitsFor}.` : judged
}

/** What can be done with a change on trial; nothing where it has ended, or for who may only look. */
export function TrialActions({ trial }: { readonly trial: TrialDetails }) {
  const mayTry = useMayTry()
  const changes = [...policyRoutes, routes.policyTrial]
  const promote = useOrder(routes.promotePolicyTrial, changes)
  const takeBack = useOrder(routes.takeBackPolicyTrial, changes)
  const undo = useUndo()
  if (!mayTry || !isOnTrial(trial)) return null
  const params = { trial: trial.id }
  const title = titleOfTrial(trial)
  const make = async () => {
    const isSure = await confirm({
      title: `Promote ${title}?`,
      text: `Everybody of ${trial.level} has it then. ${shownBy(trial)}`,
      action: 'Promote it',
      undo: 'That is a version, and can be taken back.',
    })
    if (!isSure) return
    const { version } = await promote.give({ params, body: {} })
    tellDone(`${title}: in force for all.`, version === null ? undefined : () => undo(version))
  }
  const end = async () => {
    const isSure = await confirm({
      title: `End the trial of ${title}?`,
      text:
        trial.stage === 'canary'
          ? 'Those for whom it is in force get what everybody has; mail that it has kept from them is judged anew.'
          : 'What is in force stays.',
      action: 'End it',
      undo: 'It cannot go on after that, but be put on trial anew; what it has shown stays for 90 days.',
    })
    if (!isSure) return
    await takeBack.give({ params, body: {} })
    tellDone(`${title}: the trial is over; what was in force stays.`)
  }
  return (
    <>
      <WidenTrial trial={trial} />
      <Button
        aria-label={`Promote: ${title}`}
        variant="default"
        loading={promote.isRunning}
        onClick={() => void make().catch(tellFault)}
      >
        Promote
      </Button>
      <Button
        aria-label={`End the trial: ${title}`}
        variant="default"
        loading={takeBack.isRunning}
        onClick={() => void end().catch(tellFault)}
      >
        End the trial
      </Button>
    </>
  )
}
