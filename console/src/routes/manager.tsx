import { routes } from '@mailkeep/contract'
import { useParams } from 'react-router'
import { AuditList } from '../features/audit/audit-list.tsx'
import { KeyList } from '../features/keys/key-list.tsx'
import { RemoveKeysOf } from '../features/keys/remove-keys-of.tsx'
import { ManagerActions } from '../features/managers/manager-actions.tsx'
import { ManagerForm } from '../features/managers/manager-form.tsx'
import { roleNames } from '../features/managers/role-names.ts'
import { useGo } from '../session/scope.ts'
import { useAnswer } from '../session/use-answer.ts'
import { useMay } from '../session/who.tsx'
import { Answered } from '../ui/answered.tsx'
import { Note } from '../ui/notes.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Section } from '../ui/section.tsx'

/** One manager: what he is, what can be done, and what he did. */
export function Page() {
  const { manager: name = '' } = useParams()
  const answer = useAnswer(routes.manager, { params: { manager: name } })
  const go = useGo()
  const mayAudit = useMay('audit.read')
  const known = answer.value
  return (
    <>
      <PageHead
        title={known?.displayName || name}
        back={{ to: '/managers', label: 'Managers' }}
        actions={known?.mayChange && <ManagerActions manager={known} />}
      />
      <div className="mk-stack">
        <Answered answer={answer}>
          {(manager) => (
            <Section title="Role and reach">
              {manager.mayChange ? (
                <ManagerForm
                  key={JSON.stringify(manager)}
                  known={manager}
                  onDone={() => undefined}
                  onCancel={() => go('/managers')}
                />
              ) : (
                <Note tone="none">
                  {roleNames[manager.role]} at {manager.tenant}. You cannot change this one: it is your own
                  account, or may do more than you.
                </Note>
              )}
            </Section>
          )}
        </Answered>
        {known !== undefined && known.keys > 0 && (
          <Section
            title="Keys made by this manager"
            text="they go on without their maker"
            actions={<RemoveKeysOf manager={name} />}
            isFlush
          >
            <KeyList madeBy={name} />
          </Section>
        )}
        {mayAudit && (
          <Section title="Latest in the audit log" isFlush>
            <AuditList filter={{ about: name }} />
          </Section>
        )}
      </div>
    </>
  )
}
