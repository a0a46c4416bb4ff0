import { type DomainDetail, routes } from '@mailkeep/contract'
import { Checkbox } from '@mantine/core'
import { useState } from 'react'
import { tagOf } from '../../api/ask.ts'
import { changedIn } from '../../session/changed-in.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { useSeen } from '../../session/use-seen.ts'
import { useMay } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { Form, TextField } from '../../ui/form.tsx'
import { countOf } from '../../ui/format-number.ts'
import { nextHopOf } from '../../ui/next-hop.ts'
import { RemoveButton } from '../../ui/remove-button.tsx'
import { Section } from '../../ui/section.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { useLossOrders } from '../../ui/use-loss-orders.tsx'
import classes from './domain.module.css'

const changes = [routes.domain, routes.domains, routes.domainLights, routes.flow] as const

/** Next hop and kind of a domain; its people, groups and mail stay whatever is changed. */
export function DomainSettings({ domain }: { readonly domain: DomainDetail }) {
  const { seen, change } = useSeen(domain)
  const [typed, setTyped] = useState<Partial<DomainDetail>>({})
  const order = useOrder(routes.changeDomain, changes)
  if (!useMay('directory.write')) return null
  const changed = changedIn(seen, typed)
  const { nextHop, anyRecipient } = { ...seen, ...changed }
  const type = (more: Partial<DomainDetail>) => setTyped(changedIn(seen, { ...changed, ...more }))
  const run = async () => {
    const hop = changed.nextHop === undefined ? {} : { nextHop: nextHopOf(nextHop) }
    const body = { ...(changed.anyRecipient !== undefined && { anyRecipient }), ...hop }
    await change((ifMatch) => order.give({ params: { domain: domain.name }, body, ifMatch }))
    setTyped({})
    tellDone(`${domain.name} is changed. Mail that waits goes the new way.`)
  }
  return (
    <Section title="Way of its mail">
      <Form submit="Save" run={run} isOff={Object.keys(changed).length === 0}>
        <TextField
          name="nextHop"
          label="Next hop"
          value={nextHop}
          maxLength={1000}
          onText={(text) => type({ nextHop: text })}
        />
        <Checkbox
          label="Take mail for every address, not only for known people"
          checked={anyRecipient}
          onChange={(event) => type({ anyRecipient: event.currentTarget.checked })}
        />
      </Form>
    </Section>
  )
}

/** How the mailbox service is told to take mail from here alone. */
export function ConnectorSteps({ domain }: { readonly domain: string }) {
  const answer = useAnswer(routes.connector, { params: { domain } })
  return (
    <Section title="Connector for Microsoft 365" text="so that nobody reaches the mailboxes past the filter">
      <Answered answer={answer}>
        {({ steps }) => (
          <ol className={classes.steps}>
            {steps.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ol>
        )}
      </Answered>
    </Section>
  )
}

/** Takes a domain away, after a question that says how many people go with it. */
export function RemoveDomain({ domain }: { readonly domain: DomainDetail }) {
  const remove = useOrder(routes.removeDomain, [...changes, routes.tenant, routes.scopes, routes.losses])
  const { tellHeld } = useLossOrders()
  if (!useMay('directory.write')) return null
  const people = countOf(domain.people, 'person', 'people')
  return (
    <RemoveButton
      question={{
        title: `Remove ${domain.name}?`,
        text: `${people} and their groups go with it. New mail for it is refused; mail that waits stays in the queue.`,
        action: `Remove the domain and ${people}`,
        undo: 'It can be added again, with its people from a file or a sync.',
      }}
      remove={() => remove.give({ params: { domain: domain.name }, ifMatch: tagOf(domain) })}
      done={({ held }) => (held.length > 0 ? void tellHeld(held) : tellDone(`${domain.name} is removed.`))}
      to={`/tenants/${domain.tenant}`}
    />
  )
}
