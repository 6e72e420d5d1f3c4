import { mountIslands } from './islands.js'

/**
 * Fetch the toasts' code, and Vue with it, for the first message: most visits never see one.
 *
 * What the server said already stands in the markup and is taken over at once. Messages that come while the code is
 * on its way are kept and shown when it is there.
 */
export async function startToasts(load) {
  const element = document.querySelector('[data-island="Toasts"]')
  if (!element) return
  const waiting = []
  const keep = (event) => {
    waiting.push(event.detail)
    if (waiting.length === 1) mount()
  }
  const mount = async () => {
    await mountIslands({ Toasts: load })
    document.removeEventListener('toast', keep)
    waiting.forEach((detail) => document.dispatchEvent(new CustomEvent('toast', { detail })))
  }
  document.addEventListener('toast', keep)
  if (element.children.length) await mount()
}
