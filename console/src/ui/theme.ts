import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
} from '@mantine/core'

/** One accent, from the faintest to the deepest. */
const accent: MantineColorsTuple = [
  '#eaf1fc',
  '#d3e1f7',
  '#a6c3ef',
  '#86b4f5',
  '#5b8fe0',
  '#3a73cd',
  '#1f56b3',
  '#1a4a9c',
  '#153d82',
  '#102f66',
]

/** The greys of the library in the dark, with the hue of tokens.css. */
const dark: MantineColorsTuple = [
  '#e3e8ed',
  '#b9c3cc',
  '#9aa6b2',
  '#6f7a85',
  '#3c454f',
  '#313942',
  '#1e242a',
  '#171c21',
  '#101418',
  '#0b0e11',
]

const font =
  'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", Arial, sans-serif'

/** What lies over a page: its cross has a name for those who do not see it. */
const overlay = {
  lockScroll: false,
  transitionProps: { duration: 0 },
  closeButtonProps: { 'aria-label': 'Close' },
}

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 3 },
  // What is filled with the accent has the text of tokens.css, whose contrast holds in both schemes.
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input)
    if (input.variant !== 'filled' || (input.color !== undefined && input.color !== 'accent')) return colors
    return {
      ...colors,
      background: 'var(--mk-accent)',
      hover: 'var(--mk-accent-hover)',
      color: 'var(--mk-on-accent)',
    }
  },
  colors: { accent, dark },
  fontFamily: font,
  fontFamilyMonospace: 'var(--mk-mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '13.5px', lg: '15px', xl: '18px' },
  headings: { fontFamily: font, fontWeight: '600' },
  defaultRadius: 5,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    NativeSelect: { defaultProps: { size: 'xs' } },
    InputBase: { defaultProps: { size: 'xs' } },
    Autocomplete: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    MultiSelect: { defaultProps: { size: 'xs' } },
    TagsInput: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'sm' } },
    Radio: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Menu: { defaultProps: { shadow: 'md', transitionProps: { duration: 0 } } },
    // The library would lock scrolling by a style sheet of its own making, which the policy of the door forbids.
    Modal: { defaultProps: { ...overlay, centered: false } },
    Drawer: { defaultProps: overlay },
  },
})

/** The colours of the library are those of tokens.css. */
export const cssVariables: CSSVariablesResolver = () => {
  const both = {
    '--mantine-color-body': 'var(--mk-panel)',
    '--mantine-color-text': 'var(--mk-text)',
    '--mantine-color-dimmed': 'var(--mk-soft)',
    '--mantine-color-default': 'var(--mk-panel)',
    '--mantine-color-default-hover': 'var(--mk-hover)',
    '--mantine-color-default-border': 'var(--mk-line-strong)',
    '--mantine-color-placeholder': 'var(--mk-soft)',
    '--mantine-color-anchor': 'var(--mk-accent)',
    '--mantine-color-error': 'var(--mk-bad)',
  }
  return { variables: {}, light: both, dark: both }
}
