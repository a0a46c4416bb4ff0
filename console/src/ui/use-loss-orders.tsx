import { type Loss, routes } from '@mailkeep/contract'
import { useOrder } from '../session/use-order.ts'
import { confirm } from './confirm.tsx'
import { countOf } from './format-number.ts'
import { LossWords } from './loss-words.tsx'
import { tellDone, tellFault } from './toast.tsx'

const changes = [
  ...[routes.losses, routes.people, routes.person, routes.domains, routes.domain],
  ...[routes.directoryTotals, routes.alarms],
]

/** `2 addresses`, `3 domains` */
export function lostOf({ domain, lost }: Pick<Loss, 'domain' | 'lost'>): string {
  return domain === '*' ? countOf(lost, 'domain') : countOf(lost, 'address', 'addresses')
}

/** What is not in force again, since there are as many as may be; which it is stands in the audit log. */
function tooMany(overLimit: number): string {
  if (overLimit === 0) return ''
  const what = countOf(overLimit, 'rule, password or key', 'rules, passwords and keys')
  return ` ${what} would be more than there may be: rules are back switched off, the others are kept aside. The audit log names them.`
}

/** What a person says about losses that wait: that they are meant, or that they are not. */
export function useLossOrders() {
  const confirmLoss = useOrder(routes.confirmLoss, changes)
  const restoreLoss = useOrder(routes.restoreLoss, changes)
  const letGo = async (loss: Loss, title: string, later: string) => {
    const what = lostOf(loss)
    const isMeant = await confirm({
      title,
      text: <LossWords loss={loss} />,
      action: `Let ${what} go`,
      undo: 'Mail for them is put off at first (setting directory.grace), and refused later: whoever is added again before misses nothing.',
      later,
    })
    if (!isMeant) return
    try {
      await confirmLoss.give({ params: { domain: loss.domain }, body: { lost: loss.lost } })
      tellDone(`${what} ${loss.lost === 1 ? 'is' : 'are'} gone.`)
    } catch (fault) {
      tellFault(fault)
    }
  }
  return {
    /** Asks whether it is meant to go. */
    letGo: (loss: Loss) => letGo(loss, `Are ${lostOf(loss)} meant to go?`, 'Cancel'),
    /** The same after somebody has removed them: each that he may decide about, one after the other. */
    async tellHeld(held: readonly Loss[]) {
      for (const loss of held)
        if (loss.mayDecide) await letGo(loss, `${lostOf(loss)} stay until somebody confirms`, 'Later')
        else tellDone('So many domains went at once that they stay until the operator confirms.')
    },
    async bringBack(loss: Loss) {
      const what = lostOf(loss)
      const isMeant = await confirm({
        title: `Bring ${what} back?`,
        text: <LossWords loss={loss} />,
        action: `Bring ${what} back`,
        undo: `${loss.domain === '*' ? 'Their rules, lists and keys come back with them. Their people' : 'They'} come back as people of their own, with their rules, lists and mail passwords, without names, aliases and groups. Whoever should not can be removed again.`,
      })
      if (!isMeant) return
      try {
        const { overLimit } = await restoreLoss.give({ params: { domain: loss.domain } })
        tellDone(`${what} ${loss.lost === 1 ? 'is' : 'are'} back.${tooMany(overLimit)}`)
      } catch (fault) {
        tellFault(fault)
      }
    },
  }
}
