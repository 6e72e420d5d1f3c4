/**
 * Replace a part of the page by the same part of another address, without a reload.
 *
 * Links and GET forms inside `data-swap="#part"` are fetched; the element with
 * that selector is taken from the answer. Whatever goes wrong, the browser
 * simply follows the link, so nothing depends on this.
 */
export async function swap(selector, url, { push = true, fetchPage = fetch } = {}) {
  const target = document.querySelector(selector)
  target.setAttribute('aria-busy', 'true')
  const page = await load(url, fetchPage)
  const fresh = page?.querySelector(selector)
  if (!fresh) {
    location.assign(url)
    return false
  }
  if (push) history.pushState({ swap: selector }, '', url)
  document.title = page.title || document.title
  replaceKeepingFocus(target, fresh)
  document.dispatchEvent(new CustomEvent('page:swapped', { detail: { element: fresh } }))
  return true
}

function replaceKeepingFocus(target, fresh) {
  const focus = document.activeElement?.id
  target.replaceWith(document.adoptNode(fresh))
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true })
}

async function load(url, fetchPage) {
  try {
    const answer = await fetchPage(url, { headers: { 'X-Requested-With': 'swap' } })
    if (!answer.ok) return null
    return new DOMParser().parseFromString(await answer.text(), 'text/html')
  } catch {
    return null
  }
}

/** The address that submitting a GET form asks for, empty fields left out. */
export function formUrl(form, base = location.href) {
  const url = new URL(form.getAttribute('action') || base, base)
  const filled = [...new FormData(form)].filter(([, value]) => value !== '')
  url.search = new URLSearchParams(filled).toString()
  return url.href
}

function isPlainClick(event) {
  return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
}

function staysHere(link) {
  return link.origin === location.origin && !link.target && !link.hash && !link.closest('[data-no-swap]')
}

function swapLink(event) {
  const link = event.target.closest?.('a[href]')
  const zone = link?.closest('[data-swap]')
  if (!zone || !isPlainClick(event) || !staysHere(link)) return
  event.preventDefault()
  swap(zone.dataset.swap, link.href)
}

function swapForm(event) {
  const form = event.target
  const zone = form.closest('[data-swap]')
  if (!zone || form.method !== 'get') return
  event.preventDefault()
  swap(zone.dataset.swap, formUrl(form))
}

function submitOnChange(event) {
  const form = event.target.closest?.('form[data-auto-submit]')
  form?.requestSubmit()
}

export function startSwapping() {
  document.addEventListener('click', swapLink)
  document.addEventListener('submit', swapForm)
  document.addEventListener('change', submitOnChange)
  if (document.querySelector('[data-swap]')) {
    history.replaceState({ swap: document.querySelector('[data-swap]').dataset.swap }, '')
  }
  window.addEventListener('popstate', (event) => {
    if (event.state?.swap) swap(event.state.swap, location.href, { push: false })
  })
}
