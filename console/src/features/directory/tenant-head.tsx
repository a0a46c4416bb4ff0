import { routes, type TenantDetail } from '@mailkeep/contract'
import { Pencil } from 'lucide-react'
import { useState } from 'react'
import { tagOf } from '../../api/ask.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { RemoveButton } from '../../ui/remove-button.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { AddDomain } from './add-domain.tsx'
import { AddTenant } from './add-tenant.tsx'
import classes from './directory.module.css'
import { LevelMark } from './level-icon.tsx'

/** The levels above a tenant, each a link. */
export function TenantPath({ tenant }: { readonly tenant: TenantDetail }) {
  return (
    <span className={classes.path}>
      <LevelMark level={tenant.level} />
      {tenant.path.length > 0 && <span className="mk-soft">below</span>}
      {tenant.path.map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 && <span className="mk-soft">› </span>}
          <ScopedLink to={`/tenants/${id}`}>
            <bdi>{name}</bdi>
          </ScopedLink>
        </span>
      ))}
    </span>
  )
}

/** What can be done with a tenant by whoever looks. */
export function TenantActions({ tenant }: { readonly tenant: TenantDetail }) {
  const mayWrite = useMay('directory.write')
  const remove = useOrder(routes.removeTenant, [routes.tenants, routes.scopes])
  if (!mayWrite) return null
  const isEmpty = tenant.children === 0 && tenant.domains === 0
  return (
    <>
      <DialogButton label="Rename" icon={Pencil}>
        {(close) => <RenameForm tenant={tenant} close={close} />}
      </DialogButton>
      {tenant.level !== 'customer' && <AddTenant parent={tenant.id} isMain />}
      {tenant.level === 'customer' && <AddDomain tenant={tenant.id} />}
      {isEmpty && tenant.level !== 'operator' && (
        <RemoveButton
          question={{
            title: `Remove ${tenant.name}?`,
            text: 'It has no domains and no tenants any more.',
            action: 'Remove the tenant',
            undo: 'It can be added again; its settings cannot be brought back.',
          }}
          remove={() => remove.give({ params: { tenant: tenant.id }, ifMatch: tagOf(tenant) })}
          done={`${tenant.name} is removed.`}
          to="/tenants"
        />
      )}
    </>
  )
}

function RenameForm({ tenant, close }: { readonly tenant: TenantDetail; readonly close: () => void }) {
  const [name, setName] = useState(tenant.name)
  return (
    <DialogForm
      route={routes.changeTenant}
      changes={[routes.tenants, routes.tenant, routes.scopes]}
      question={() => ({ params: { tenant: tenant.id }, body: { name } })}
      seen={tagOf(tenant)}
      done={`It is called ${name} now.`}
      close={close}
      submit="Rename"
      isOff={name.trim() === ''}
    >
      <TextField name="name" label="Name" data-autofocus value={name} maxLength={100} onText={setName} />
    </DialogForm>
  )
}
