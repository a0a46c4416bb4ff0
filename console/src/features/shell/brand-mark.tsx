import { routes } from '@mailkeep/contract'
import { useEffect } from 'react'
import { useAnswer } from '../../session/use-answer.ts'

/** The name or logo under which this host is known, and its accent: a style sheet of the door's own. */
export function BrandMark() {
  const { value: brand } = useAnswer(routes.brandInForce)
  const style = brand?.style ?? null
  useEffect(() => {
    if (style === null) return
    const sheet = document.createElement('link')
    sheet.rel = 'stylesheet'
    sheet.href = style
    document.head.append(sheet)
    return () => sheet.remove()
  }, [style])
  const name = brand?.name ?? 'Mailkeep'
  return brand?.logo ? <img src={brand.logo} alt={name} height={24} /> : name
}
