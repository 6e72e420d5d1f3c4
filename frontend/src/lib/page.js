/** Small manners of every page: menus close, the theme is kept, a form is sent once. */
export function closeMenus(event) {
  const escape = event.type === 'keydown' && event.key === 'Escape'
  if (event.type === 'keydown' && !escape) return
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    if (!escape && menu.contains(event.target)) continue
    menu.open = false
    if (escape) menu.querySelector('summary').focus()
  }
}

export function toggleTheme(event) {
  const button = event.target.closest?.('[data-theme-switch]')
  if (!button) return
  const root = document.documentElement
  const dark = root.dataset.theme !== 'dark'
  if (dark) root.dataset.theme = 'dark'
  else delete root.dataset.theme
  // The server reads the cookie, so the next page is drawn in the right theme at once.
  document.cookie = `theme=${dark ? 'dark' : 'light'};path=/;max-age=31536000;samesite=lax`
  button.setAttribute('aria-pressed', String(dark))
}

/**
 * Refuse a second press while the first is under way; the server refuses it too.
 * A submit by script (a stepper) has no submitter and replaces the one before.
 */
export function sendOnce(event) {
  const form = event.target
  if (form.method !== 'post' || !event.submitter || event.defaultPrevented) return
  if (form.dataset.sent !== undefined) {
    event.preventDefault()
    return
  }
  form.dataset.sent = ''
}

export function focusSearch(event) {
  const typing = event.target.closest?.('input, textarea, select, [contenteditable]')
  if (event.key !== '/' || typing) return
  const search = document.querySelector('[data-search]')
  if (!search) return
  event.preventDefault()
  search.focus()
}

export function startPage() {
  document.addEventListener('click', closeMenus)
  document.addEventListener('keydown', closeMenus)
  document.addEventListener('keydown', focusSearch)
  document.addEventListener('click', toggleTheme)
  document.addEventListener('submit', sendOnce)
  // A page that comes back from the history may be sent again.
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent
  })
  for (const button of document.querySelectorAll('[data-theme-switch]')) {
    button.hidden = false
    button.setAttribute('aria-pressed', String(document.documentElement.dataset.theme === 'dark'))
  }
}
