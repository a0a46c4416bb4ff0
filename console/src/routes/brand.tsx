import { type BrandView, routes } from '@mailkeep/contract'
import { useState } from 'react'
import classes from '../features/brand/brand.module.css'
import { BrandForm, draftOf } from '../features/brand/brand-form.tsx'
import { BrandPreview } from '../features/brand/brand-preview.tsx'
import { LogoForm } from '../features/brand/logo-form.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { Answered } from '../ui/answered.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Section } from '../ui/section.tsx'

/** How pages and notices of a level look: its names, logo, colour and host name. */
export function Page() {
  const answer = useAnswer(routes.brand)
  return (
    <>
      <PageHead
        title="Brand"
        text={
          <>
            How pages and notices look for {answer.value ? <bdi>{answer.value.tenant}</bdi> : 'this level'}{' '}
            and everything below it. What is left empty is as at the level above.
          </>
        }
      />
      <Answered answer={answer} lines={8}>
        {(view) => <Parts key={view.tenant} view={view} />}
      </Answered>
    </>
  )
}

function Parts({ view }: { readonly view: BrandView }) {
  const [draft, setDraft] = useState(() => draftOf(view))
  return (
    <div className={classes.columns}>
      <Section title="Names and colour">
        <BrandForm view={view} draft={draft} setDraft={setDraft} />
      </Section>
      <div className={classes.stack}>
        <Section title="As it will look">
          <BrandPreview view={view} draft={draft} />
        </Section>
        <Section title="Logo">
          <LogoForm view={view} />
        </Section>
      </div>
    </div>
  )
}
