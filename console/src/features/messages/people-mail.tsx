import { routes } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { useList } from '../../session/use-list.ts'
import { useMay } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { Figure, Figures } from '../../ui/figure.tsx'
import { PartlyMissing } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { MessageList } from './message-list.tsx'

const stretch = '7d'
const shown = 8
const everyMs = 10_000

/** Mail of a group or a person: what it was judged to be, what is set aside, and the newest. */
export function PeopleMail({ scope }: { readonly scope: string }) {
  return useMay('mail.read') ? <Parts scope={scope} /> : null
}

function Parts({ scope }: { readonly scope: string }) {
  const list = useList(routes.messages, { scope }, { every: everyMs })
  const within = `scope=${encodeURIComponent(scope)}`
  return (
    <>
      <FiguresOf scope={scope} within={within} />
      <Section
        title="Newest mail"
        isFlush
        actions={<ScopedLink to={`/messages?${within}`}>All messages</ScopedLink>}
      >
        <MessageList
          list={{ ...list, lines: list.lines?.slice(0, shown), hasMore: false }}
          isFiltered={false}
          isPart
        />
      </Section>
    </>
  )
}

function FiguresOf({ scope, within }: { readonly scope: string; readonly within: string }) {
  const counts = useAnswer(routes.countMessages, { query: { scope, since: stretch } })
  const aside = useAnswer(routes.quarantineSummary, { query: { scope } })
  const figures = aside.value?.figures
  return (
    <Section title="Mail of the last 7 days" text="under all addresses, aliases among them">
      <Answered answer={counts}>
        {({ total, verdicts, countedBackTo }) => {
          const hint = countedBackTo === null ? undefined : 'at least: there was no time to count all'
          return (
            <Figures>
              <Figure
                label="Deliveries"
                value={total}
                hint={hint}
                to={`/messages?${within}&since=${stretch}`}
              />
              <Figure
                label="In quarantine now"
                value={figures === undefined ? undefined : (figures.value?.deliveries ?? null)}
                to={`/quarantine?${within}`}
              />
              {verdicts.map(({ name, count }) => (
                <Figure
                  key={name}
                  label={name === '' ? 'not judged' : name}
                  value={count}
                  {...(name !== '' && { to: `/messages?${within}&since=${stretch}&verdict=${name}` })}
                />
              ))}
            </Figures>
          )
        }}
      </Answered>
      {figures?.missing && <PartlyMissing missing={figures.missing} what="What is in quarantine" />}
    </Section>
  )
}
