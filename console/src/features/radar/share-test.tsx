import { type RadarTest, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { Share2 } from 'lucide-react'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { SecretShown } from '../../ui/secret-shown.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'

const changes = [routes.radarTest] as const

/** Makes a link to the results that anybody may open who has it, or ends it. */
export function ShareTest({ test }: { readonly test: RadarTest }) {
  const share = useOrder(routes.shareRadarTest, changes)
  const unshare = useOrder(routes.unshareRadarTest, changes)
  const [link, setLink] = useState<string | null>(null)
  if (!useMay('directory.write')) return null
  const params = { test: test.id }
  const make = async () => {
    try {
      setLink((await share.give({ params })).link)
    } catch (cause) {
      tellFault(cause)
    }
  }
  const end = async () => {
    try {
      await unshare.give({ params })
      tellDone('The link has ended.')
    } catch (cause) {
      tellFault(cause)
    }
  }
  return (
    <>
      {test.sharedUntil !== null && (
        <Button variant="default" loading={unshare.isRunning} onClick={() => void end()}>
          End the link
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<Share2 size={14} aria-hidden />}
        loading={share.isRunning}
        onClick={() => void make()}
      >
        {test.sharedUntil === null ? 'Make a link to share' : 'Make another link'}
      </Button>
      {link !== null && (
        <SecretShown
          title="A link to these results"
          text="Whoever has it sees the results without signing in, until it ends. It is shown once; another one ends it."
          secrets={[link]}
          onClose={() => setLink(null)}
        />
      )}
    </>
  )
}
