import { type ClaimView, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { Trash2 } from 'lucide-react'
import { useGo } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay, useMe } from '../../session/who.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'

const changes = [routes.domainClaims, routes.domains, routes.tenant, routes.scopes] as const

/** What can be done with a domain that waits: vouch for it, or ask for it no more. */
export function ClaimActions({ claim }: { readonly claim: ClaimView }) {
  const { vouches } = useMe()
  const mayWrite = useMay('directory.write')
  const vouch = useOrder(routes.vouchForDomain, changes)
  const withdraw = useOrder(routes.withdrawDomainClaim, changes)
  const go = useGo()
  if (!mayWrite) return null
  const params = { claim: claim.id }
  const addAnyway = async () => {
    const yes = await confirm({
      title: `Add ${claim.name} without its record?`,
      text: `You vouch that it belongs to ${claim.tenant}: all mail that others here send to it goes there from then on. The audit log names you.`,
      action: 'Vouch for it',
      undo: 'The domain can be removed again.',
    })
    if (!yes) return
    try {
      await vouch.give({ params })
      tellDone(`${claim.name} is added.`)
      go(`/domains/${claim.name}`)
    } catch (cause) {
      tellFault(cause)
    }
  }
  const takeBack = async () => {
    const yes = await confirm({
      title: `Ask for ${claim.name} no more?`,
      action: 'Take it back',
      undo: 'It can be asked for again, with another record.',
      isDangerous: true,
    })
    if (!yes) return
    try {
      await withdraw.give({ params })
      tellDone(`${claim.name} is not asked for any more.`)
      go('/tenants?list=claims')
    } catch (cause) {
      tellFault(cause)
    }
  }
  return (
    <>
      {vouches && (
        <Button variant="default" onClick={() => void addAnyway()}>
          Vouch for it
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<Trash2 size={14} aria-hidden />}
        onClick={() => void takeBack()}
      >
        Take back
      </Button>
    </>
  )
}
