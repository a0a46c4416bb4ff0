import { routes } from '@mailkeep/contract'
import { isOfPeople } from '../../session/people-scope.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import classes from './home.module.css'

const shown = 10
/** As many as one answer has. */
const mostAsked = 50

/** The groups and people whose mail this page tells of, each with the way to its mail. */
export function OwnPeople() {
  const answer = useAnswer(routes.scopes, { query: { kind: 'all', limit: mostAsked } })
  return (
    <Section title="Whom you look after" actions={<ScopedLink to="/people">All</ScopedLink>}>
      <Answered answer={answer}>
        {({ lines: found }) => {
          // The tenant that he stands at can be chosen too, and says nothing here.
          const lines = found.filter(({ scope }) => isOfPeople(scope))
          return lines.length === 0 ? (
            <p className="mk-soft">
              Nobody: the groups and people that you were given are gone. Whoever has the whole tenant can
              give you others.
            </p>
          ) : (
            <>
              <ul className={classes.people}>
                {lines.slice(0, shown).map((line) => (
                  <li key={line.scope}>
                    <ScopedLink to={pathOf(line.scope)}>
                      <bdi>{line.name}</bdi>
                    </ScopedLink>{' '}
                    {line.level === 'group' && (
                      <span className="mk-soft">
                        group of <bdi>{line.above.at(-1)}</bdi>
                      </span>
                    )}
                  </li>
                ))}
              </ul>
              {lines.length > shown && <p className="mk-soft">and others</p>}
            </>
          )
        }}
      </Answered>
    </Section>
  )
}

function pathOf(scope: string): string {
  const id = encodeURIComponent(scope.slice(scope.indexOf(':') + 1))
  return scope.startsWith('group:') ? `/people/groups/${id}` : `/people/${id}/mail`
}
