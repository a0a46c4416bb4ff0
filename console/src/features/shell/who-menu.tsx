import { ActionIcon, type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core'
import { CircleUser, KeyRound, LogOut, Monitor, Moon, Sun } from 'lucide-react'
import { useMe } from '../../session/who.tsx'
import classes from './who-menu.module.css'

const schemes = [
  ['light', 'Light', Sun],
  ['dark', 'Dark', Moon],
  ['auto', 'As the system', Monitor],
] as const

/** Who looks: the account, light and dark, and the way out. */
export function WhoMenu() {
  const { name, who, rights } = useMe()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const isPerson = who.startsWith('manager:')
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon size={32} aria-label={`Account of ${name}`}>
          <CircleUser size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who}>
          <b>
            <bdi>{name}</bdi>
          </b>
          <span className="mk-soft">
            {isPerson ? who.slice('manager:'.length) : 'nobody has to sign in yet'}
          </span>
        </div>
        <Menu.Divider />
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) => setColorScheme(value as MantineColorScheme)}
        >
          {schemes.map(([value, label, Icon]) => (
            <Menu.RadioItem
              key={value}
              value={value}
              rightSection={<Icon size={14} aria-hidden />}
              closeMenuOnClick
            >
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        {isPerson && (
          <>
            <Menu.Divider />
            <Menu.Item component="a" href="/profile" leftSection={<KeyRound size={14} aria-hidden />}>
              Account
            </Menu.Item>
            <form method="post" action="/sign-out">
              <Menu.Item
                type="submit"
                leftSection={<LogOut size={14} aria-hidden />}
                closeMenuOnClick={false}
              >
                Sign out
              </Menu.Item>
            </form>
          </>
        )}
        {rights.length === 0 && <Menu.Label>No rights yet</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  )
}
