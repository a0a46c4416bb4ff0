import { routes } from '@mailkeep/contract'
import { Check } from 'lucide-react'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import classes from './roles-table.module.css'

/** The roles side by side: what each may, within reach. */
export function RolesTable() {
  const answer = useAnswer(routes.roles)
  return (
    <Answered answer={answer} lines={12}>
      {({ rights, roles }) => (
        <section tabIndex={0} className={classes.scroll} aria-label="Roles and rights">
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">What</th>
                {roles.map(({ role, name }) => (
                  <th key={role} scope="col" className={classes.role}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rights.map(({ right, means }) => (
                <tr key={right}>
                  <th scope="row">
                    {means} <code className="mk-soft">{right}</code>
                  </th>
                  {roles.map((each) => (
                    <td
                      key={each.role}
                      className={classes.role}
                      data-role={each.name}
                      data-may={each.rights.includes(right)}
                    >
                      {each.rights.includes(right) ? (
                        <Check size={15} aria-label={`${each.name} may`} className={classes.yes} />
                      ) : (
                        <span className="mk-soft">
                          <span aria-hidden>–</span>
                          <span className={classes.unseen}>{each.name} may not</span>
                        </span>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Answered>
  )
}
