import { routes } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { countOf } from '../../ui/format-number.ts'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import classes from './home.module.css'

/** As many as are shown. */
const shown = 10

/** The groups and people whose mail this page tells of, each with the way to its mail. */
export function OwnPeople() {
  const found = useAnswer(routes.scopes, { query: { kind: 'all', limit: shown } })
  return (
    <Section title="Whom you look after" actions={<ScopedLink to="/people">All</ScopedLink>}>
      <Answered answer={found}>
        {({ lines, inAll }) =>
          lines.length === 0 ? (
            <p className="mk-soft">
              Nobody: the groups and people that you were given are gone. Whoever has the whole tenant can
              give you others.
            </p>
          ) : (
            <>
              <ul className={classes.people}>
                {lines.map((line) => (
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
              {inAll > lines.length && (
                <p className="mk-soft">and {countOf(inAll - lines.length, 'other')}</p>
              )}
            </>
          )
        }
      </Answered>
    </Section>
  )
}

function pathOf(scope: string): string {
  const id = encodeURIComponent(scope.slice(scope.indexOf(':') + 1))
  return scope.startsWith('group:') ? `/people/groups/${id}` : `/people/${id}/mail`
}
