import { ActionIcon, Kbd } from '@mantine/core'
import { Menu as MenuIcon, Search } from 'lucide-react'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { BrandMark } from './brand-mark.tsx'
import { OrderMenu } from './order-menu.tsx'
import { ScopeSwitcher } from './scope-switcher.tsx'
import classes from './top-bar.module.css'
import { WhoMenu } from './who-menu.tsx'

/** Name, scope, search, what was ordered, and who looks. */
export function TopBar({ onMenu, onSearch }: { readonly onMenu: () => void; readonly onSearch: () => void }) {
  return (
    <header className={classes.top}>
      <ActionIcon className={classes.menu ?? ''} size={32} aria-label="Pages" onClick={onMenu}>
        <MenuIcon size={18} aria-hidden />
      </ActionIcon>
      <ScopedLink to="/" className={classes.brand ?? ''}>
        <BrandMark />
      </ScopedLink>
      <ScopeSwitcher />
      <button type="button" className={classes.search} onClick={onSearch} aria-label="Search">
        <Search size={14} aria-hidden />
        <span className={classes.searchText}>Search mail, people, domains</span>
        <Kbd size="xs" className={classes.searchKey ?? ''}>
          /
        </Kbd>
      </button>
      <OrderMenu />
      <WhoMenu />
    </header>
  )
}
