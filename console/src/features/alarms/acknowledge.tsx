import { type AlarmLine, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'

const after = [routes.alarms, routes.alarmNotices, routes.alarmNotice]

/** Says that whoever presses it looks after an alarm that others are told of. */
export function AcknowledgeAlarm({ line }: { readonly line: AlarmLine }) {
  const { name, subject, isTold, acknowledged } = line
  const may = useMay('queue.act')
  const give = useOrder(routes.acknowledgeAlarm, after)
  if (!may || !isTold || acknowledged !== null) return null
  return <AckButton about={`${name} ${subject}`} give={() => give.give({ body: { name, subject } })} />
}

/** The same for all alarms of a notice. */
export function AcknowledgeNotice({
  notice,
  headline,
}: {
  readonly notice: string
  readonly headline: string
}) {
  const may = useMay('queue.act')
  const give = useOrder(routes.acknowledgeNotice, after)
  if (!may) return null
  return <AckButton about={headline} give={() => give.give({ params: { notice }, body: {} })} />
}

function AckButton({ about, give }: { readonly about: string; readonly give: () => Promise<unknown> }) {
  const run = () => give().then(() => tellDone('It is noted: nobody else is called for it.'), tellFault)
  return (
    <Button variant="default" aria-label={`I look after ${about}`} onClick={() => void run()}>
      I look after it
    </Button>
  )
}
