/**
 * Fill the hearts and compare marks of a page, and toggle them in place.
 *
 * Cards are the same for every visitor; which of them are wished or chosen
 * stands in two cookies that the server writes. Every button is part of the
 * one form `data-keep`, so that without script the same press is a plain post.
 */
const KEPT_S = 60 * 24 * 3600

export function readCookie(name, cookies = document.cookie) {
  const found = cookies.split('; ').find((pair) => pair.startsWith(`${name}=`))
  const text = found?.slice(name.length + 1).replaceAll('"', '') ?? ''
  return text && text !== '-' ? text.split('.') : []
}

function writeCompared(slugs) {
  const life = slugs.length ? KEPT_S : 0
  document.cookie = `compare=${slugs.join('.')};path=/;max-age=${life};samesite=lax`
}

const keepForm = () => document.querySelector('form[data-keep]')

function press(buttons, isPressed) {
  for (const button of buttons) button.setAttribute('aria-pressed', String(isPressed(button)))
}

/** Show what the cookies say, in the whole page. */
export function fill() {
  const form = keepForm()
  if (!form) return
  const wished = new Set(readCookie(form.dataset.wishes))
  const compared = readCookie('compare')
  press(document.querySelectorAll('[data-wish]'), (button) => wished.has(button.dataset.wish))
  press(document.querySelectorAll('[data-compare]'), (button) => compared.includes(button.dataset.compare))
  const count = document.querySelector('[data-wish-count]')
  if (count) {
    count.textContent = wished.size
    count.hidden = wished.size === 0
  }
  showBar(compared)
}

function showBar(compared) {
  const bar = document.querySelector('[data-compare-bar]')
  if (!bar || bar.hasAttribute('data-closed')) return
  bar.hidden = compared.length === 0
  bar.querySelector('[data-compare-count]').textContent = compared.length
}

function say(text, level = 'success') {
  document.dispatchEvent(new CustomEvent('toast', { detail: { level, text } }))
}

/** Choose a device or leave it out; the server needs not know before it is compared. */
export function toggleCompared(slug, form = keepForm()) {
  const compared = readCookie('compare')
  const most = Number(form.dataset.most)
  if (compared.includes(slug)) writeCompared(compared.filter((kept) => kept !== slug))
  else if (compared.length < most) writeCompared([...compared, slug])
  else say(form.dataset.full, 'error')
  fill()
}

/** Put a device on the wish list or take it off; the heart turns at once and turns back if that fails. */
export async function toggleWish(button, { form = keepForm(), send = fetch } = {}) {
  const isOn = button.getAttribute('aria-pressed') === 'true'
  const same = document.querySelectorAll(`[data-wish="${button.dataset.wish}"]`)
  press(same, () => !isOn)
  const body = new FormData(form)
  body.set('wish', button.value)
  const error = await post(isOn ? form.dataset.unwish : form.getAttribute('action'), body, form, send)
  if (error) say(error, 'error')
  else say(isOn ? form.dataset.unwished : form.dataset.wished)
  fill()
}

async function post(url, body, form, send) {
  try {
    const answer = await send(url, { method: 'POST', body, headers: { Accept: 'application/json' } })
    if (answer.ok) return ''
    return (await answer.json()).error ?? form.dataset.failed
  } catch {
    return form.dataset.failed
  }
}

function onSubmit(event) {
  const button = event.submitter
  if (event.target !== keepForm() || !button) return
  if (button.dataset.wish) toggleWish(button)
  else if (button.dataset.compare) toggleCompared(button.dataset.compare)
  else if (button.hasAttribute('data-compare-clear')) {
    writeCompared([])
    fill()
  } else return
  event.preventDefault()
}

export function startLists() {
  // Before `sendOnce`, which lets a form go off once: hearts are pressed again and again.
  document.addEventListener('submit', onSubmit, { capture: true })
  document.addEventListener('page:swapped', fill)
  window.addEventListener('pageshow', fill)
  fill()
}
