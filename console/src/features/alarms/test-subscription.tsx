import { routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { formName } from './words.ts'

/** Tells all places of a subscription of an alarm that is none, and says which have not taken it. */
export function TestSubscription({ id, about }: { readonly id: string; readonly about: string }) {
  const test = useOrder(routes.testSubscription, [])
  const [isRunning, setRunning] = useState(false)
  const run = async () => {
    setRunning(true)
    try {
      const { targets } = await test.give({ params: { subscription: id }, body: {} })
      const failed = targets.filter((each) => !each.taken)
      if (failed.length === 0) tellDone('The test alarm is sent. A mail is on its way.')
      else
        tellFault(
          new Error(failed.map((each) => `${formName(each.form)} ${each.address}: ${each.why}`).join('; ')),
        )
    } catch (cause) {
      tellFault(cause as Error)
    }
    setRunning(false)
  }
  return (
    <Button
      variant="default"
      loading={isRunning}
      aria-label={`Send a test alarm to ${about}`}
      onClick={() => void run()}
    >
      Send a test
    </Button>
  )
}
