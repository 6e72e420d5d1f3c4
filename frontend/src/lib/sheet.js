/**
 * The filters of a phone: a sheet over the page that a checkbox opens without script.
 *
 * With script it behaves as a dialog: the focus goes in and comes back, Escape
 * closes it, and what lies behind cannot be reached.
 */
const PHONE = '(max-width: 760px)'
const DIALOG = { role: 'dialog', 'aria-modal': 'true' }
const LEFT_OPEN = '.scrim, .sheet-switch'

let covered = []

/** Everything that is neither the sheet nor around it nor the way out of it. */
function around(sheet) {
  const found = []
  for (let node = sheet; node !== document.body; node = node.parentElement) {
    found.push(...[...node.parentElement.children].filter((other) => other !== node && !other.matches(LEFT_OPEN)))
  }
  return found
}

/** Make the sheet a dialog while it is open on a phone; return it then. */
function dress(opener) {
  const sheet = document.querySelector('.sheet')
  const isOpen = Boolean(sheet) && opener.checked && matchMedia(PHONE).matches
  setInert(false)
  covered = isOpen ? around(sheet) : []
  setInert(true)
  for (const [name, value] of Object.entries(DIALOG)) {
    if (isOpen) sheet.setAttribute(name, value)
    else sheet?.removeAttribute(name)
  }
  return isOpen ? sheet : null
}

function setInert(isInert) {
  for (const element of covered) element.inert = isInert
}

export function follow(opener) {
  const sheet = dress(opener)
  const next = sheet ? sheet.querySelector('button[data-close-sheet]') : opener
  next.focus({ preventScroll: true })
}

function close(opener) {
  opener.checked = false
  follow(opener)
}

export function startSheet() {
  const opener = document.getElementById('filters-open')
  if (!opener) return
  opener.addEventListener('change', () => follow(opener))
  document.addEventListener('click', (event) => event.target.closest('[data-close-sheet]') && close(opener))
  document.addEventListener('keydown', (event) => event.key === 'Escape' && opener.checked && close(opener))
  document.addEventListener('page:swapped', () => opener.checked && dress(opener))
  matchMedia(PHONE).addEventListener('change', () => dress(opener))
}
