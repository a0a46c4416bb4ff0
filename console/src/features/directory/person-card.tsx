import { type PersonDetail, routes } from '@mailkeep/contract'
import { useState } from 'react'
import { tagOf } from '../../api/ask.ts'
import { useOrder } from '../../session/use-order.ts'
import { useSeen } from '../../session/use-seen.ts'
import { useMay } from '../../session/who.tsx'
import { Address } from '../../ui/address.tsx'
import { Form, TextField } from '../../ui/form.tsx'
import { countOf } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { RemoveButton } from '../../ui/remove-button.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { useLossOrders } from '../../ui/use-loss-orders.tsx'
import { AddAlias } from './add-people.tsx'
import classes from './directory.module.css'

const changes = [routes.people, routes.person, routes.domain] as const

/** One person or alias: what is known, what belongs to it, and what may be changed. */
export function PersonCard({ person }: { readonly person: PersonDetail }) {
  const mayWrite = useMay('directory.write')
  return (
    <div className={classes.two}>
      <div className={classes.stack}>
        <Section title={person.kind === 'user' ? 'Person' : 'Alias'}>
          <dl className={classes.facts}>
            <dt>Address</dt>
            <dd>
              <Address value={person.address} />
            </dd>
            {person.kind === 'alias' && (
              <>
                <dt>Belongs to</dt>
                <dd>
                  <ScopedLink to={`/people/${encodeURIComponent(person.owner)}`}>{person.owner}</ScopedLink>
                </dd>
              </>
            )}
            <dt>Domain</dt>
            <dd>
              <ScopedLink to={`/domains/${person.domain}`}>{person.domain}</ScopedLink>
            </dd>
            <dt>Tenant</dt>
            <dd>
              <ScopedLink to={`/tenants/${person.tenant}`}>{person.tenant}</ScopedLink>
            </dd>
            <dt>Added</dt>
            <dd>
              <Moment at={person.addedAt} />
            </dd>
            <dt>Mail</dt>
            <dd>
              <ScopedLink to={`/people/${encodeURIComponent(person.owner)}/mail`}>
                messages, verdicts, quarantine
              </ScopedLink>
            </dd>
            <dt>Review mails</dt>
            <dd>
              <ScopedLink to={`/people/review?text=${encodeURIComponent(person.owner)}`}>
                what waits, last and next mail
              </ScopedLink>
            </dd>
            <dt>Policy</dt>
            <dd>
              <ScopedLink to={`/policy?level=${encodeURIComponent(`user:${person.owner}`)}`}>
                settings, lists and rules
              </ScopedLink>
            </dd>
          </dl>
        </Section>
        <PersonName person={person} />
      </div>
      <div className={classes.stack}>
        <Section
          title="Aliases"
          text={person.aliases.length > 0 && countOf(person.aliases.length, 'address', 'addresses')}
          actions={mayWrite && person.kind === 'user' && <AddAlias owner={person} />}
        >
          {person.aliases.length === 0 ? (
            <p className="mk-soft">None: mail reaches this person by one address alone.</p>
          ) : (
            <ul className={classes.list}>
              {person.aliases.map((each) => (
                <li key={each} className={classes.entry}>
                  <ScopedLink to={`/people/${encodeURIComponent(each)}`}>{each}</ScopedLink>
                </li>
              ))}
            </ul>
          )}
        </Section>
        <Section title="Groups">
          {person.groups.length === 0 ? (
            <p className="mk-soft">In no group.</p>
          ) : (
            <ul className={classes.list}>
              {person.groups.map(({ id, name }) => (
                <li key={id}>
                  <ScopedLink to={`/people/groups/${encodeURIComponent(id)}`}>
                    <bdi>{name}</bdi>
                  </ScopedLink>
                </li>
              ))}
            </ul>
          )}
        </Section>
      </div>
    </div>
  )
}

function PersonName({ person }: { readonly person: PersonDetail }) {
  const { seen, change } = useSeen(person)
  const [displayName, setName] = useState(person.displayName)
  const order = useOrder(routes.changePerson, changes)
  if (!useMay('directory.write')) return null
  const run = async () => {
    const params = { address: person.address }
    await change((ifMatch) => order.give({ params, body: { displayName }, ifMatch }))
    tellDone('The name is saved.')
  }
  return (
    <Section title="Name">
      <Form submit="Save the name" run={run} isOff={displayName === seen.displayName}>
        <TextField
          name="displayName"
          label="As it is shown"
          value={displayName}
          maxLength={256}
          onText={setName}
        />
      </Form>
    </Section>
  )
}

/** Takes a person away, with all aliases, after a question that says how many. */
export function RemovePerson({ person }: { readonly person: PersonDetail }) {
  const remove = useOrder(routes.removePerson, [...changes, routes.losses])
  const { tellHeld } = useLossOrders()
  if (!useMay('directory.write')) return null
  const addresses = countOf(1 + person.aliases.length, 'address', 'addresses')
  return (
    <RemoveButton
      question={{
        title: `Remove ${person.address}?`,
        text: `From then on mail for ${addresses} is refused. Mail that is here already stays, for as long as that of others: a longer time of this person ends a day later.`,
        action: `Remove ${addresses}`,
        undo: 'Whoever is added again has his settings to make anew.',
      }}
      remove={() => remove.give({ params: { address: person.address }, ifMatch: tagOf(person) })}
      done={({ held }) => (held.length > 0 ? void tellHeld(held) : tellDone(`${person.address} is removed.`))}
      to="/people"
    />
  )
}
